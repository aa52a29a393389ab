import { expect, test } from 'vitest';
import { direction, preferred } from '../i18n.svelte.ts';
import { common as ar } from './ar.ts';
import { common as en } from './en.ts';
import { common as fr } from './fr.ts';
import { common as nl } from './nl.ts';
import { faults } from './faults.ts';
import { counted } from './plural.ts';

test('every text is there in every language', () => {
  expect(faults(en, nl)).toEqual([]);
  expect(faults(en, fr)).toEqual([]);
  expect(faults(en, ar)).toEqual([]);
});

test('a text that is missing, empty or left in English is found', () => {
  expect(faults({ a: 'One text', b: { c: 'Another' } }, { a: 'One text', b: { c: '' } })).toEqual(['a', 'b.c']);
});

test('the first preference that there is wins', () => {
  expect(preferred(['de-DE', 'nl-BE', 'en'])).toBe('nl');
  expect(preferred(['de'])).toBe('en');
});

test('a language that the program does not offer is passed over', () => {
  expect(preferred(['ar', 'fr'], ['en', 'fr'])).toBe('fr');
  expect(preferred(['ar-MA', 'fr'], ['en', 'fr', 'ar'])).toBe('ar');
});

test('Arabic is read from the right, and the others are not', () => {
  expect((['en', 'nl', 'fr', 'ar'] as const).map(direction)).toEqual(['ltr', 'ltr', 'ltr', 'rtl']);
});

test('Arabic counts by one, two, a few and many', () => {
  const cards = { one: 'بطاقة واحدة', two: 'بطاقتان', three: 'بطاقات', eleven: 'بطاقة', hundred: 'بطاقة' };
  expect([1, 2, 3, 11, 100].map((n) => counted(n, cards))).toEqual([
    'بطاقة واحدة',
    'بطاقتان',
    '3 بطاقات',
    '11 بطاقة',
    '100 بطاقة',
  ]);
});
