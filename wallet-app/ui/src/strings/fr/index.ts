import { care } from './care.ts';
import { faults } from './faults.ts';
import { home } from './home.ts';
import { shell } from './shell.ts';
import type { WalletTexts } from '../en/index.ts';

export const texts: WalletTexts = { care, faults, home, shell };
