/**
 * What a card looks like beside its words: the colour of its plate and the rosette engraved in it.
 * Both follow from the schema's code alone, so that a kind of card looks the same on every screen
 * and two kinds are told apart by more than their text.
 */

/** How many plates there are; `CardFace` has a colour for each, on which white is read with ease. */
export const PLATES = 7;

export interface Engraving {
  /** Which plate: from 0. */
  plate: number;
  /** The turned ellipses of the rosette: how often, and how slim, in a square of 200. */
  petals: number;
  slim: number;
  /** The turned ellipses of its heart. */
  heart: number;
}

export function engraving(code: string): Engraving {
  const seed = hash(code);
  return {
    plate: seed % PLATES,
    petals: 12 + ((seed >>> 4) % 5) * 2,
    slim: 30 + ((seed >>> 9) % 6) * 7,
    heart: 5 + ((seed >>> 14) % 4),
  };
}

/** The angles of `n` ellipses that are turned into a rosette. */
export const turns = (n: number): number[] => Array.from({ length: n }, (_, k) => Math.round((k * 1800) / n) / 10);

/** FNV-1a, folded once more, for short codes differ in their last letters only. */
function hash(code: string): number {
  let h = 0x811c9dc5;
  for (const octet of new TextEncoder().encode(code)) h = Math.imul(h ^ octet, 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}
