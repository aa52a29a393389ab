/** The wallet's texts in the language that is current: `words.t`. */
import { offer } from '@glimpse/ui/i18n.svelte.ts';
import type { Fault } from './bindings.ts';
import { texts, type WalletTexts } from './strings/en/index.ts';

const others = {
  nl: async () => (await import('./strings/nl/index.ts')).texts,
  fr: async () => (await import('./strings/fr/index.ts')).texts,
  ar: async () => (await import('./strings/ar/index.ts')).texts,
};

const strings = offer('en', 'nl', 'fr', 'ar');

export const words = strings<WalletTexts>(texts, others);

/** What went wrong and what to do, in words. */
export const faultWords = (fault: Fault): { title: string; text: string } => words.t.faults[fault.code];
