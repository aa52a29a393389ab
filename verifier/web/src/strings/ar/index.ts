import type { CounterTexts } from '../en/index.ts';
import { care } from './care.ts';
import { desk } from './desk.ts';
import { faults, reasons } from './reasons.ts';

export const texts: CounterTexts = { care, desk, faults, reasons };
