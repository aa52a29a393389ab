/**
 * Languages. English is in the first load and is the type of the others. A program says once which
 * languages it offers; from then on a text that is missing in one of those does not compile. A
 * language is taken up whole or not at all.
 */
import { common as en, type Common } from './strings/en.ts';

export const LANGUAGES = ['en', 'nl', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Texts = Record<string, string>;

const KEY = 'glimpse-language';

export const isLanguage = (tag: unknown): tag is Language => (LANGUAGES as readonly unknown[]).includes(tag);

/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  nl: 'Nederlands',
  fr: 'Français',
  ar: 'العربية',
};

/** Which way a language is read. */
export const direction = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

/** The first language of a list of preferences that is offered. */
export function preferred(tags: readonly string[], offered: readonly Language[] = language.offered): Language {
  const short = tags.map((tag) => tag.toLowerCase().split('-')[0]);
  return short.find((tag): tag is Language => isLanguage(tag) && offered.includes(tag)) ?? 'en';
}

type Load<T> = () => Promise<T>;
type Others<T, L extends Language> = Record<Exclude<L, 'en'>, Load<T>>;

interface Sheet {
  prepare(language: Language): Promise<() => void>;
}

const sheets: Sheet[] = [];

/** Some texts, in the language that is current. */
export class Strings<T, L extends Language = Language> implements Sheet {
  #t = $state.raw() as T;
  readonly #others: Partial<Record<Language, Load<T>>>;
  readonly #english: T;

  constructor(english: T, others: Others<T, L>) {
    this.#t = english;
    this.#english = english;
    this.#others = others;
    sheets.push(this);
  }

  get t(): T {
    return this.#t;
  }

  async prepare(language: Language): Promise<() => void> {
    const texts = (await this.#others[language]?.()) ?? this.#english;
    return () => {
      this.#t = texts;
    };
  }
}

class Choice {
  current = $state<Language>('en');
  /** The languages of this program. */
  offered: readonly Language[] = LANGUAGES;

  async use(language: Language): Promise<void> {
    const ready = await Promise.all(sheets.map((sheet) => sheet.prepare(language)));
    for (const take of ready) take();
    this.current = language;
    document.documentElement.lang = language;
    document.documentElement.dir = direction(language);
  }

  /** Takes up a language because somebody asked for it, and keeps that. */
  async choose(language: Language): Promise<void> {
    await this.use(language);
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // A browser that keeps nothing: the choice holds until the page is closed.
    }
  }

  /** The language that was chosen here before, if any. */
  kept(): Language | undefined {
    try {
      const tag = localStorage.getItem(KEY);
      return isLanguage(tag) && this.offered.includes(tag) ? tag : undefined;
    } catch {
      return undefined;
    }
  }

  /** The text of a document that carries its own languages, as the wallets choose it. */
  of(texts: Texts): string {
    return texts[this.current] ?? texts['en'] ?? Object.values(texts)[0] ?? '';
  }
}

export const language = new Choice();

/** Says which languages a program offers, and gives what makes its texts: `offer('en', 'nl')`. */
export function offer<L extends Language>(...offered: L[]): <T>(english: T, others: Others<T, L>) => Strings<T, L> {
  language.offered = offered;
  return (english, others) => new Strings(english, others);
}

export const common = new Strings<Common>(en, {
  nl: async () => (await import('./strings/nl.ts')).common,
  fr: async () => (await import('./strings/fr.ts')).common,
  ar: async () => (await import('./strings/ar.ts')).common,
});
