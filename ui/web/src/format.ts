/** Numbers, days and moments in the form of the reader's language. */

// Arabic with Latin digits: dates and numbers are compared with those printed on papers of the
// country, which have these.
const LOCALES: Record<string, string> = { en: 'en-GB', nl: 'nl-BE', fr: 'fr-BE', ar: 'ar-u-nu-latn' };

export const locale = (language: string): string => LOCALES[language] ?? language;

export const number = (n: number, language: string): string => new Intl.NumberFormat(locale(language)).format(n);

/** A civil day, `YYYY-MM-DD`, which has no time zone to be moved by. */
export function day(iso: string, language: string): string {
  const time = Date.parse(`${iso}T00:00:00Z`);
  if (Number.isNaN(time)) return iso;
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}

/** A moment in seconds since 1970, in the reader's own time zone. */
export function moment(seconds: number, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'short' }).format(seconds * 1000);
}

/** The day of a moment, for where the hour says nothing. */
export function dayOf(seconds: number, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium' }).format(seconds * 1000);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How far off a moment is, in its largest whole unit: "in 3 days", "2 hours ago". */
export function relative(seconds: number, now: number, language: string): string {
  const apart = seconds - now;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(apart) >= length) ?? ['minute', 60];
  return new Intl.RelativeTimeFormat(locale(language), { numeric: 'auto' }).format(Math.trunc(apart / length), unit);
}

export function bytes(octets: number, language: string): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(octets, 1)) / 3));
  return new Intl.NumberFormat(locale(language), {
    style: 'unit',
    unit: steps[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(octets / 1000 ** step);
}

/** Minutes and seconds of a countdown: `4:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** The day here, as `YYYY-MM-DD`. */
export function today(now = new Date()): string {
  const part = (n: number): string => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${part(now.getMonth() + 1)}-${part(now.getDate())}`;
}

/** A long code in groups of so many characters, to be compared or read aloud. */
export function groups(text: string, size: number): string[] {
  const plain = text.replaceAll(/[\s-]/g, '');
  return plain.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? [];
}
