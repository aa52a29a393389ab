/** The office's texts in the language that is current: `office.t`. */
import { offer } from '@glimpse/ui/i18n.svelte.ts';
import type { FieldError, Problem } from './api.ts';
import { texts, type OfficeTexts } from './strings/en.ts';

const strings = offer('en', 'nl', 'fr');

export const office = strings<OfficeTexts>(texts, {
  nl: async () => (await import('./strings/nl.ts')).texts,
  fr: async () => (await import('./strings/fr.ts')).texts,
});

const own = <T extends object>(words: T, code: string): T[keyof T] | undefined =>
  Object.hasOwn(words, code) ? words[code as keyof T] : undefined;

/** A problem in words. English of the service stands in for a code that this page does not know. */
export function problemWords(problem: Problem): string {
  return own(office.t.problems, problem.code) ?? (problem.message || office.t.problems.internal);
}

/** What is wrong with a field, in words: those for this field and code, else those for the code. */
export function fieldWords({ field, code, message }: FieldError): string {
  return own(office.t.fields, `${field}.${code}`) ?? own(office.t.fields, code) ?? message;
}

/** What was done, in words, for the logbook. */
export const actionWords = (action: string): string => own(office.t.actions, action) ?? action;
