/**
 * Languages. English is in the first load and is the type of the others, so that a text that is
 * missing in one of them does not compile. A language is taken up whole or not at all.
 */
import { common as en, type Common } from './strings/en.ts';

export const LANGUAGES = ['en', 'nl', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Texts = Record<string, string>;

const KEY = 'glimpse-language';

export const isLanguage = (tag: unknown): tag is Language => (LANGUAGES as readonly unknown[]).includes(tag);

/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', nl: 'Nederlands', fr: 'Français' };

/** The first language of a list of preferences that there is. */
export function preferred(tags: readonly string[]): Language {
  const short = tags.map((tag) => tag.toLowerCase().split('-')[0]);
  return short.find(isLanguage) ?? 'en';
}

interface Sheet {
  prepare(language: Language): Promise<() => void>;
}

const sheets: Sheet[] = [];

/** The texts of one program, in the language that is current. */
export class Strings<T> implements Sheet {
  #t = $state.raw() as T;
  readonly #others: Record<Exclude<Language, 'en'>, () => Promise<T>>;
  readonly #english: T;

  constructor(english: T, others: Record<Exclude<Language, 'en'>, () => Promise<T>>) {
    this.#t = english;
    this.#english = english;
    this.#others = others;
    sheets.push(this);
  }

  get t(): T {
    return this.#t;
  }

  async prepare(language: Language): Promise<() => void> {
    const texts = language === 'en' ? this.#english : await this.#others[language]();
    return () => {
      this.#t = texts;
    };
  }
}

class Choice {
  current = $state<Language>('en');

  async use(language: Language): Promise<void> {
    const ready = await Promise.all(sheets.map((sheet) => sheet.prepare(language)));
    for (const take of ready) take();
    this.current = language;
    document.documentElement.lang = language;
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
      return isLanguage(tag) ? tag : undefined;
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

export const common = new Strings<Common>(en, {
  nl: async () => (await import('./strings/nl.ts')).common,
  fr: async () => (await import('./strings/fr.ts')).common,
});
