import { expect, test } from 'vitest';
import { daysSince, doubt, listAge } from './clock.ts';

const DAY = 86_400;
const issued = 1_000_000_000;
const known = { seen: issued + 10 * DAY, issued, expires: issued + 90 * DAY };

test('a clock that goes on from where it was is not doubted', () => {
  expect(doubt(issued + 11 * DAY, known)).toBeUndefined();
  expect(doubt(issued + 10 * DAY - 1800, known)).toBeUndefined();
  expect(doubt(issued + 1, { ...known, seen: undefined })).toBeUndefined();
});

test('a clock before the list was made, or before it was seen last, is behind', () => {
  expect(doubt(issued - 2 * DAY, { ...known, seen: undefined })).toBe('behind');
  expect(doubt(issued + 9 * DAY, known)).toBe('behind');
});

test('a clock that jumped, or is past the list’s end, is asked about', () => {
  expect(doubt(issued + 75 * DAY, known)).toBe('ahead');
  expect(doubt(issued + 91 * DAY, { ...known, seen: issued + 90 * DAY })).toBe('ahead');
});

test('a list is fresh, ending, in its last week of grace, and over', () => {
  const { expires } = known;
  expect(listAge(expires - 15 * DAY, expires)).toBe('fresh');
  expect(listAge(expires - 13 * DAY, expires)).toBe('ending');
  expect(listAge(expires + DAY, expires)).toBe('grace');
  expect(listAge(expires + 8 * DAY, expires)).toBe('over');
});

test('days are whole, and none is negative', () => {
  expect(daysSince(issued, issued + 3 * DAY + 5)).toBe(3);
  expect(daysSince(issued, issued - DAY)).toBe(0);
});
