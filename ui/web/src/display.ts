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
    // A picture says it; see `photoOf`.
    case 'photo':
      return '';
    default:
      return String(value);
  }
}

/** Where a photo can be shown from: the JPEG itself, so that nothing is fetched. Nothing where there is none. */
export const photoOf = (value: Value | undefined): string | undefined =>
  typeof value === 'string' && /^\/9j\/[a-z0-9+/]*={0,2}$/i.test(value) ? `data:image/jpeg;base64,${value}` : undefined;
