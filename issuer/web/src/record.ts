/** A record as its form holds it: every value as text, and what is wrong with it. */
import { kindOf, type Attribute, type SchemaBody } from '@glimpse/ui/schema.ts';
import { problemOf, toField, toValue, type Words } from '@glimpse/ui/values.ts';
import type { Values } from './api.ts';

export type Typed = Record<string, string>;

export function toFields(schema: SchemaBody, values: Values): Typed {
  return Object.fromEntries(schema.attributes.map(({ code }) => [code, toField(values[code])]));
}

export function toValues(schema: SchemaBody, typed: Typed): Values {
  return Object.fromEntries(schema.attributes.map(({ code, type }) => [code, toValue(type, typed[code] ?? '')]));
}

/** Texts that are empty on purpose: there are people with one name. */
export function emptyOnPurpose(schema: SchemaBody, values: Values): Record<string, boolean> {
  return Object.fromEntries(schema.attributes.filter(({ code }) => values[code] === '').map(({ code }) => [code, true]));
}

/** What is wrong, by attribute. */
export function problemsOf(
  attributes: readonly Attribute[],
  typed: Typed,
  empty: Record<string, boolean>,
  words: Words,
  today: string,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const attribute of attributes) {
    if (empty[attribute.code] && kindOf(attribute.type) === 'text' && typed[attribute.code] === '') continue;
    const problem = problemOf(attribute, typed[attribute.code] ?? '', words, today);
    if (problem !== undefined) found[attribute.code] = problem;
  }
  return found;
}

/** The reference is 1 to 64 characters. */
export const referenceFits = (reference: string): boolean => {
  const length = [...reference.trim()].length;
  return length >= 1 && length <= 64;
};
