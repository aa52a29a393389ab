/** The day's log: what was checked, what came of it, and in which minute. */
import type { Report } from '@glimpse/verifier';
import type { Entry } from './store.ts';

const MINUTE = 60;

export const entry = (now: number, policy: string, { outcome, code }: Report): Entry => ({
  at: Math.floor(now / MINUTE) * MINUTE,
  policy,
  outcome,
  code,
});

/** When today began, in the clerk's own time, in seconds. */
export function startOfDay(now: number): number {
  const day = new Date(now * 1000);
  return day.setHours(0, 0, 0, 0) / 1000;
}

const pad = (n: number): string => String(n).padStart(2, '0');

function local(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** A field of RFC 4180. What a spreadsheet would run as a formula is made a text. */
function field(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function csv(entries: readonly Entry[]): string {
  const rows = entries.map(({ at, policy, code }) => [local(at), policy, code]);
  return [['time', 'policy', 'verdict'], ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
