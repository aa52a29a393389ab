import type { CounterTexts } from '../en/index.ts';
import { care } from './care.ts';
import { desk } from './desk.ts';
import { causes, lints, place } from './lints.ts';
import { faults, reasons } from './reasons.ts';

export const texts: CounterTexts = { care, causes, desk, faults, lints, place, reasons };
