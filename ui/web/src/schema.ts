/** Schemas as JSON: the form of the files that the programs read. */
import type { Texts } from './i18n.svelte.ts';

export type AttributeType =
  | 'date'
  | 'count'
  | { text: number }
  | { bytes: number }
  | { photo: number }
  | { enumeration: Record<string, Texts> };

export type Kind = 'date' | 'count' | 'text' | 'bytes' | 'photo' | 'enumeration';

export interface Attribute {
  code: string;
  names: Texts;
  type: AttributeType;
}

export interface SchemaBody {
  code: string;
  names: Texts;
  epoch_days: number;
  attributes: Attribute[];
}

/** What an attribute's value is in JSON: a number for counts and enumerations, base64 for a photo, else text. */
export type Value = string | number;

export function kindOf(type: AttributeType): Kind {
  if (typeof type === 'string') return type;
  if ('text' in type) return 'text';
  if ('photo' in type) return 'photo';
  return 'bytes' in type ? 'bytes' : 'enumeration';
}

/** The codes of an enumeration with their names, in the order of the codes; else none. */
export function choices(type: AttributeType): [code: number, names: Texts][] {
  if (typeof type === 'string' || !('enumeration' in type)) return [];
  return Object.entries(type.enumeration)
    .map(([code, names]): [number, Texts] => [Number(code), names])
    .sort(([a], [b]) => a - b);
}
