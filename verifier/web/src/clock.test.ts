import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { daysSince, doubt, GRACE, LIST_TOLERANCE, listAge, TOLERANCE, wasAhead } from './clock.ts';

const DAY = 86_400;
const issued = 1_000_000_000;
/** A constant of the library's: seconds, or a product of them. */
function constant(file: string, name: string): number {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const [, product = ''] = new RegExp(`const ${name}: u64 = ([\\d_ *]+);`).exec(text) ?? [];
  return product.replaceAll('_', '').split('*').map(Number).reduce((one, other) => one * other);
}

test('the page says that nothing can be checked exactly when the library does', () => {
  expect(GRACE).toBe(constant('verifier/src/verifier.rs', 'GRACE'));
  expect(TOLERANCE).toBe(constant('verifier/src/verifier.rs', 'CLOCK_TOLERANCE'));
  expect(LIST_TOLERANCE).toBe(constant('core/src/trust/rules.rs', 'CLOCK_TOLERANCE'));
});

const known = { seen: issued + 10 * DAY, issued, expires: issued + 90 * DAY };

test('a clock that goes on from where it was is not doubted', () => {
  expect(doubt(issued + 11 * DAY, known)).toBeUndefined();
  expect(doubt(issued + 10 * DAY - 1800, known)).toBeUndefined();
  expect(doubt(issued + 1, { ...known, seen: undefined })).toBeUndefined();
});

test('a clock before the list was made, or before it was seen last, is behind', () => {
  expect(doubt(issued - 2 * DAY, { ...known, seen: undefined })).toBe('behind');
  expect(doubt(issued + 9 * DAY, known)).toBe('behind');
  expect(doubt(issued - DAY / 2, { ...known, seen: undefined })).toBeUndefined();
});

test('only a clock that agrees with the list can have been ahead', () => {
  expect(wasAhead(issued - DAY / 2, issued)).toBe(true);
  expect(wasAhead(issued - 2 * DAY, issued)).toBe(false);
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
