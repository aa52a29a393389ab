import { care } from './care.ts';
import { faults } from './faults.ts';
import { first } from './first.ts';
import { history } from './history.ts';
import { open } from './open.ts';
import { home } from './home.ts';
import { shell } from './shell.ts';
import { showing } from './showing.ts';
import type { WalletTexts } from '../en/index.ts';

export const texts: WalletTexts = { care, faults, first, history, home, open, shell, showing };
