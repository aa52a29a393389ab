/** Which column of a list is which attribute. The service guesses; here is what a choice lacks. */
import type { SchemaBody } from '@glimpse/ui/schema.ts';
import type { Mapping } from './api.ts';

export const REFERENCE = 'reference';

/** What is given to two columns, and what to none. */
export function faults(mapping: readonly Mapping[], schema: SchemaBody): { twice: string[]; missing: string[] } {
  const given = mapping.flatMap(({ attribute }) => (attribute === null ? [] : [attribute]));
  const wanted = [REFERENCE, ...schema.attributes.map(({ code }) => code)];
  return {
    twice: wanted.filter((code) => given.filter((other) => other === code).length > 1),
    missing: wanted.filter((code) => !given.includes(code)),
  };
}
