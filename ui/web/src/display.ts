/** A value in words, for people to read. */
import { day, number } from './format.ts';
import { language, type Language } from './i18n.svelte.ts';
import { choices, kindOf, type AttributeType, type Value } from './schema.ts';

export function display(type: AttributeType, value: Value | undefined, tongue: Language): string {
  if (value === undefined) return '';
  switch (kindOf(type)) {
    case 'date':
      return day(String(value), tongue);
    case 'count':
      return number(Number(value), tongue);
    case 'enumeration': {
      const found = choices(type).find(([code]) => code === Number(value));
      return found ? language.of(found[1]) : String(value);
    }
    default:
      return String(value);
  }
}
