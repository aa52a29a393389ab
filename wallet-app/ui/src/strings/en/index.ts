import { faults } from './faults.ts';
import { shell } from './shell.ts';

/** Each part of the wallet has a file. The other languages have this type. */
export const texts = { faults, shell };

export type WalletTexts = typeof texts;
