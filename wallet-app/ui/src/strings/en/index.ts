import { care } from './care.ts';
import { faults } from './faults.ts';
import { first } from './first.ts';
import { history } from './history.ts';
import { open } from './open.ts';
import { home } from './home.ts';
import { shell } from './shell.ts';
import { showing } from './showing.ts';

/** Each part of the wallet has a file. The other languages have this type. */
export const texts = { care, faults, first, history, home, open, shell, showing };

export type WalletTexts = typeof texts;
