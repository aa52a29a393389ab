/** Arabic counts by two, by a few and by many; `three` stands for 3 to 10, `eleven` for 11 to 99. */
export interface Counted {
  one: string;
  two: string;
  three: string;
  eleven: string;
  hundred?: string;
}

const RULES = new Intl.PluralRules('ar');

/** A number with what is counted, as Arabic says it: «بطاقة واحدة»، «بطاقتان»، «3 بطاقات»، «11 بطاقة». */
export function counted(n: number, words: Counted): string {
  switch (RULES.select(n)) {
    case 'one':
      return words.one;
    case 'two':
      return words.two;
    case 'few':
      return `${n} ${words.three}`;
    case 'many':
      return `${n} ${words.eleven}`;
    default:
      return `${n} ${words.hundred ?? words.one}`;
  }
}
