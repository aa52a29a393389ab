/** Whether this device's clock can be right, as far as the counter can tell without a network. */

const DAY = 86_400;
/** The library works on until the clock falls so far behind the latest moment that it showed. */
export const TOLERANCE = 3600;
/** It takes a list whose making is at most so far ahead. */
export const LIST_TOLERANCE = DAY;
/** A counter that was not used for so long may have been put away; or its clock has jumped. */
const LONG = 60 * DAY;

export interface Known {
  /** The latest moment at which this counter worked. */
  seen: number | undefined;
  /** When the trust list was made, and when it ends. */
  issued: number;
  expires: number;
}

export type Doubt = 'behind' | 'ahead';

/** In which way the clock looks wrong; nothing where it looks right. */
export function doubt(now: number, { seen, issued, expires }: Known): Doubt | undefined {
  if (now < issued - LIST_TOLERANCE || (seen !== undefined && now < seen - TOLERANCE)) return 'behind';
  if (now > expires || (seen !== undefined && now > seen + LONG)) return 'ahead';
  return undefined;
}

/**
 * Whether a clock that looks behind is so only by what the counter remembers: the list that it believes
 * is older than this moment, so the clock may be right now, and was ahead then.
 */
export const wasAhead = (now: number, issued: number): boolean => now >= issued - LIST_TOLERANCE;

export type ListAge = 'fresh' | 'ending' | 'grace' | 'over';

/** The library uses a list on for a week beyond its end. */
export const GRACE = 7 * DAY;
const SOON = 14 * DAY;

export function listAge(now: number, expires: number): ListAge {
  if (now > expires + GRACE) return 'over';
  if (now > expires) return 'grace';
  return now > expires - SOON ? 'ending' : 'fresh';
}

/** Whole days from then to now. */
export const daysSince = (then: number, now: number): number => Math.max(0, Math.floor((now - then) / DAY));

export const nowSeconds = (): number => Date.now() / 1000;
