/** Which column of a list is which attribute: a guess from the headings, and what a choice lacks. */
import type { SchemaBody } from '@glimpse/ui/schema.ts';
import type { Mapping } from './api.ts';

export const REFERENCE = 'reference';

// Headings that say "reference" in lists that offices have.
const REFERENCE_WORDS = ['reference', 'ref', 'file', 'dossier', 'dossiernummer', 'referentie', 'kenmerk', 'reference dossier', 'id'];

/** Letters and digits alone, without accents, so that "Date of birth" is "date_of_birth". */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A guess; a column that is like none is left out, and no attribute is guessed twice. */
export function guess(columns: readonly string[], schema: SchemaBody): Mapping[] {
  const names = new Map<string, string>();
  for (const { code, names: texts } of schema.attributes) {
    for (const text of [code, ...Object.values(texts)]) if (!names.has(plain(text))) names.set(plain(text), code);
  }
  for (const word of REFERENCE_WORDS) if (!names.has(word)) names.set(word, REFERENCE);
  const taken = new Set<string>();
  return columns.map((heading, column) => {
    const attribute = names.get(plain(heading)) ?? null;
    if (attribute === null || taken.has(attribute)) return { column, attribute: null };
    taken.add(attribute);
    return { column, attribute };
  });
}

/** What is given to two columns, and what to none. */
export function faults(mapping: readonly Mapping[], schema: SchemaBody): { twice: string[]; missing: string[] } {
  const given = mapping.flatMap(({ attribute }) => (attribute === null ? [] : [attribute]));
  const wanted = [REFERENCE, ...schema.attributes.map(({ code }) => code)];
  return {
    twice: wanted.filter((code) => given.filter((other) => other === code).length > 1),
    missing: wanted.filter((code) => !given.includes(code)),
  };
}
