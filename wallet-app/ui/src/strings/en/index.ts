import { care } from './care.ts';
import { faults } from './faults.ts';
import { home } from './home.ts';
import { shell } from './shell.ts';

/** Each part of the wallet has a file. The other languages have this type. */
export const texts = { care, faults, home, shell };

export type WalletTexts = typeof texts;
