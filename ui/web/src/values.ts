/**
 * Values as people type them, checked by the rules of the core (spec:GL-3-SCHEMA). The service
 * checks again; this is so that a clerk hears of a slip while she is still in the field.
 */
import type { Common } from './strings/en.ts';
import { choices, kindOf, type Attribute, type AttributeType, type Value } from './schema.ts';

export const MAX_COUNT = 2 ** 20 - 1;
const LAST_DAY = '2258-11-11';

// Controls, and what turns the direction of text: a name with these would not read as it is.
const ACTIVE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

export type Words = Common['value'];

export const octets = (text: string): number => new TextEncoder().encode(text).length;

/** `YYYY-MM-DD` from three fields, or nothing when they are no day of the calendar. */
export function toDate(day: string, month: string, year: string): string | undefined {
  const [d, m, y] = [day, month, year].map((part) => part.trim());
  if (!/^\d{1,2}$/.test(d ?? '') || !/^\d{1,2}$/.test(m ?? '') || !/^\d{4}$/.test(y ?? '')) return undefined;
  const iso = `${y}-${m?.padStart(2, '0')}-${d?.padStart(2, '0')}`;
  return isDate(iso) ? iso : undefined;
}

export function isDate(iso: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return false;
  const time = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso);
}

/** What is wrong with the text of one field, in words; nothing when it is good. */
export function problemOf(attribute: Attribute, typed: string, words: Words, today: string): string | undefined {
  const text = typed.trim();
  const { type } = attribute;
  if (text === '') return kindOf(type) === 'enumeration' ? words.enumeration : words.required;
  switch (kindOf(type)) {
    case 'date':
      return dateProblem(text, attribute.code === 'birth_date', words, today);
    case 'count':
      return /^\d{1,7}$/.test(text) && Number(text) <= MAX_COUNT ? undefined : words.count(String(MAX_COUNT));
    case 'enumeration':
      return choices(type).some(([code]) => String(code) === text) ? undefined : words.enumeration;
    case 'text':
      return textProblem(text, size(type), words);
    case 'photo':
      return text.startsWith('/9j/') && Math.floor((text.length * 3) / 4) <= size(type) + 2 ? undefined : words.photo;
    case 'bytes':
      return text.length === size(type) * 2 && /^[0-9a-f]*$/i.test(text) ? undefined : words.hex(size(type));
  }
}

function dateProblem(text: string, birth: boolean, words: Words, today: string): string | undefined {
  if (!isDate(text)) return words.date;
  if (text < '1900-01-01' || text > LAST_DAY) return words.dateRange;
  return birth && text > today ? words.future : undefined;
}

function textProblem(text: string, max: number, words: Words): string | undefined {
  if (ACTIVE.test(text)) return words.plain;
  const now = octets(text);
  return now > max ? words.text(max, now) : undefined;
}

/** The bound of a text or photo, or the length of octets; 0 for the other types. */
export function size(type: AttributeType): number {
  if (typeof type === 'string') return 0;
  if ('text' in type) return type.text;
  if ('photo' in type) return type.photo;
  return 'bytes' in type ? type.bytes : 0;
}

/** The value that goes to the service, from a field that has been checked. */
export function toValue(type: AttributeType, typed: string): Value {
  const text = typed.trim();
  const kind = kindOf(type);
  if (kind === 'count' || kind === 'enumeration') return Number(text);
  return kind === 'bytes' ? text.toLowerCase() : text;
}

/** The text for a field, from the value that the service has. */
export const toField = (value: Value | undefined): string => (value === undefined ? '' : String(value));
