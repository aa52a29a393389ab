import { faults } from './faults.ts';
import { first } from './first.ts';
import { history } from './history.ts';
import { open } from './open.ts';
import { shell } from './shell.ts';
import { showing } from './showing.ts';
import type { WalletTexts } from '../en/index.ts';

export const texts: WalletTexts = { faults, first, history, open, shell, showing };
