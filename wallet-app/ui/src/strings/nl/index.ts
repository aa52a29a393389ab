import { faults } from './faults.ts';
import { shell } from './shell.ts';
import type { WalletTexts } from '../en/index.ts';

export const texts: WalletTexts = { faults, shell };
