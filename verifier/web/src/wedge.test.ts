import { expect, test } from 'vitest';
import { Wedge } from './wedge.ts';

function type(wedge: Wedge, text: string, apart: number, from = 1000): string | undefined {
  let time = from;
  for (const key of text) wedge.key(key, (time += apart));
  return wedge.key('Enter', time + apart);
}

test('what a scanner types is one text', () => {
  expect(type(new Wedge(), 'GA1*ABC DEF%GHI$J', 8)).toBe('GA1*ABC DEF%GHI$J');
});

test('keys between, such as Shift, are no characters', () => {
  const wedge = new Wedge();
  for (const [i, key] of [...'GA1ABCDEFGHIJ'].entries()) {
    wedge.key('Shift', i * 10);
    wedge.key(key, i * 10 + 2);
  }
  expect(wedge.key('Enter', 140)).toBe('GA1ABCDEFGHIJ');
});

test('hands are not a scanner, and a short text is not a code', () => {
  expect(type(new Wedge(), 'GA1ABCDEFGHIJ', 150)).toBeUndefined();
  expect(type(new Wedge(), 'GA1', 8)).toBeUndefined();
});

test('a second code begins anew', () => {
  const wedge = new Wedge();
  type(wedge, 'GA1ABCDEFGHIJ', 8);
  expect(type(wedge, 'GA2KLMNOPQRST', 8, 5000)).toBe('GA2KLMNOPQRST');
});
