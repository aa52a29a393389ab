/** The counter's texts. English is the type of the others. */
import { care } from './care.ts';
import { desk } from './desk.ts';
import { causes, lints, place } from './lints.ts';
import { faults, reasons } from './reasons.ts';

export const texts = { care, causes, desk, faults, lints, place, reasons };

export type CounterTexts = typeof texts;
