/** The counter's texts in the language that is current: `words.t`. */
import type { Finding } from '@glimpse/verifier';
import { offer } from '@glimpse/ui/i18n.svelte.ts';
import { texts, type CounterTexts } from './strings/en/index.ts';

const others = {
  nl: async () => (await import('./strings/nl/index.ts')).texts,
  fr: async () => (await import('./strings/fr/index.ts')).texts,
  ar: async () => (await import('./strings/ar/index.ts')).texts,
};

const strings = offer('en', 'nl', 'fr', 'ar');

export const words = strings<CounterTexts>(texts, others);

/** Why an answer is not accepted, or nothing can be told, and what to do. */
export function reason(code: string): { title: string; text: string } {
  const { reasons } = words.t;
  return reasons[code as keyof typeof reasons] ?? reasons.internal;
}

/** What went wrong with something that was loaded, and what to do. */
export function fault(code: string): string {
  const { faults } = words.t;
  return faults[code as keyof typeof faults] ?? faults.internal;
}

/** What the linter found, and where, in the reader's words. What it names may be of another script, and stays in one piece. */
export function found({ code, card, given }: Finding): { text: string; place: string | undefined } {
  const { causes, lints, place } = words.t;
  const cannot = code === 'cannot_be_asked';
  const all = (cannot ? causes : lints) as Record<string, (...given: string[]) => string>;
  const [cause = '', ...rest] = given;
  const say = all[cannot ? cause : code] ?? causes.request;
  const named = (cannot ? rest : given).map((text) => `\u2068${text}\u2069`);
  return { text: say(...named), place: card ? place(String(card[0]), String(card[1])) : undefined };
}
