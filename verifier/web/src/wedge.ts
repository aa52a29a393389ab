/**
 * A scanner that types: it sends a code's characters as keys, far faster than hands do, and Enter at
 * the end.
 */

/** Milliseconds between two keys of one code, at most; hands need longer. */
const APART = 100;
/** Shorter texts are somebody at the keys. */
const SHORTEST = 12;

export class Wedge {
  #text = '';
  #last = 0;

  /** Takes a key; gives the text when it is whole. */
  key(key: string, time: number): string | undefined {
    if (time - this.#last > APART) this.#text = '';
    this.#last = time;
    if (key === 'Enter') {
      const text = this.#text;
      this.#text = '';
      return text.length >= SHORTEST ? text : undefined;
    }
    if ([...key].length === 1) this.#text += key;
    return undefined;
  }

  /** Whether so much of a code is there that a key cannot be meant for the page. */
  get typing(): boolean {
    return this.#text.length >= 3;
  }
}
