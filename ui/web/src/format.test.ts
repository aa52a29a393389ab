import { expect, test } from 'vitest';
import { bytes, clock, day, groups, number, relative, today } from './format.ts';

test('a civil day has its language’s form and no time zone', () => {
  expect(day('1990-05-31', 'en')).toBe('31 May 1990');
  expect(day('1990-05-31', 'nl')).toBe('31 mei 1990');
  expect(day('1990-05-31', 'fr')).toBe('31 mai 1990');
  expect(day('1990-05-31', 'ar')).toBe('31 مايو 1990');
});

test('what is no day is shown as it is', () => {
  expect(day('soon', 'en')).toBe('soon');
});

test('numbers are grouped as the language groups them', () => {
  expect(number(1234567, 'en')).toBe('1,234,567');
  expect(number(1234567, 'nl')).toBe('1.234.567');
  expect(number(1234567, 'ar')).toBe('1,234,567');
});

test('a countdown never shows less than nothing', () => {
  expect(clock(245)).toBe('4:05');
  expect(clock(0.2)).toBe('0:01');
  expect(clock(-3)).toBe('0:00');
});

test('sizes are in the largest unit that fits', () => {
  expect(bytes(0, 'en')).toBe('0 bytes');
  expect(bytes(999, 'en')).toBe('999 bytes');
  expect(bytes(1_500_000, 'en')).toBe('1.5 MB');
});

test('distances in time are in whole units', () => {
  expect(relative(3 * 86_400, 0, 'en')).toBe('in 3 days');
  expect(relative(0, 7_300, 'en')).toBe('2 hours ago');
});

test('today is the day of the reader’s own clock', () => {
  expect(today(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
});

test('a code is cut into groups, whatever separates it', () => {
  expect(groups('abcd-efgh ijk', 4)).toEqual(['abcd', 'efgh', 'ijk']);
  expect(groups('', 4)).toEqual([]);
});
