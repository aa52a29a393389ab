/** What somebody learns, in words: of a review before it, of a receipt after it. */
import { day, locale } from '@glimpse/ui/format.ts';
import type { Language } from '@glimpse/ui/i18n.svelte.ts';
import type { DisclosedView, ItemView, ProofView } from './bindings.ts';
import type { Showing } from './strings/en/showing.ts';

export interface Said {
  /** What is shown: "Shows that you are 18 or older". */
  claim: string;
  /** What is not: "Your date of birth is not shared." Nothing where the claim gives the value away. */
  kept: string;
}

/** A name within a sentence: "Date of birth" has no capital there, "IBAN" keeps its own. */
export function within(name: string): string {
  const [first = '', second = ''] = name;
  return second === second.toUpperCase() ? name : first.toLowerCase() + name.slice(1);
}

export function statement({ attribute, stated }: ProofView, t: Showing, tongue: Language): Said {
  const of = within(attribute);
  const kept = t.kept(of);
  switch (stated.kind) {
    case 'age':
      return { claim: t.age(String(stated.years)), kept };
    case 'at_most':
      return { claim: t.atMost(of, stated.value), kept };
    case 'at_least':
      return { claim: t.atLeast(of, stated.value), kept };
    case 'on_or_before':
      return { claim: t.onOrBefore(of, day(stated.day, tongue)), kept };
    case 'on_or_after':
      return { claim: t.onOrAfter(of, day(stated.day, tongue)), kept };
    case 'one_of': {
      const values = new Intl.ListFormat(locale(tongue), { type: 'disjunction' }).format(stated.values);
      return { claim: t.oneOf(of, values), kept: stated.values.length > 1 ? t.keptOf : '' };
    }
    case 'same_as':
      return { claim: t.sameAs(of, within(stated.attribute), stated.credential), kept };
  }
}

/** A value as the reader writes it. */
export const valueOf = ({ value, date }: DisclosedView, tongue: Language): string => (date ? day(value, tongue) : value);

/** The names of cards as one: "Resident card and Patient card". */
export const cardsOf = (items: readonly ItemView[], tongue: Language): string =>
  new Intl.ListFormat(locale(tongue)).format([...new Set(items.map((item) => item.credential))]);

/** What is asked, in one line: for a choice between ways to answer, and for lists. */
export function inShort(items: readonly ItemView[], t: Showing, tongue: Language): string {
  const parts = items.flatMap((item) => [
    ...item.disclosed.map((shown) => shown.name),
    ...item.proves.map((proof) => statement(proof, t, tongue).claim),
  ]);
  return parts.join(' · ');
}
