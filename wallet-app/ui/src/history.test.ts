import { expect, test } from 'vitest';
import type { HistoryView } from './bindings.ts';
import { asText, byDay } from './history.ts';
import { history as en } from './strings/en/history.ts';
import { showing } from './strings/en/showing.ts';

const at = (iso: string): number => new Date(iso).getTime() / 1000;

const entry = (id: number, iso: string): HistoryView => ({
  id,
  time: at(iso),
  verifier: 'Harbour Pharmacy',
  known: true,
  purpose: 'Sale of medicine',
  online: false,
  items: [
    {
      card: 0,
      credential: 'Resident card',
      issuer: 'City of Rivermouth',
      disclosed: [{ name: 'City', value: '', date: false, rare: false }],
      proves: [{ attribute: 'Date of birth', stated: { kind: 'age', years: 18 } }],
      hidden: ['Given name', 'Date of birth'],
      renewed: '2026-11-19',
      pseudonym: false,
    },
  ],
});

test('entries stand under their days, the latest first', () => {
  const days = byDay(
    [entry(4, '2026-11-24T09:05:00'), entry(3, '2026-11-24T08:00:00'), entry(2, '2026-11-23T23:59:00'), entry(1, '2026-10-31T12:00:00')],
    new Date('2026-11-24T10:00:00'),
    en,
    'en',
  );
  expect(days.map((day) => day.name)).toEqual(['Today', 'Yesterday', '31 October 2026']);
  expect(days[0]?.entries.map(({ id, at }) => [id, at])).toEqual([
    [4, '09:05'],
    [3, '08:00'],
  ]);
});

test('a receipt says what they learned, what stayed, and no value', () => {
  const text = asText(entry(1, '2026-11-24T09:05:00'), en, showing, 'en');
  expect(text).toContain('To: Harbour Pharmacy (Was on your list of who may ask)');
  expect(text).toContain('  City, as written on your card');
  expect(text).toContain('  Shows that you are 18 or older. Your date of birth is not shared.');
  expect(text).toContain('What stayed with you:\n  Given name\n  Date of birth');
});
