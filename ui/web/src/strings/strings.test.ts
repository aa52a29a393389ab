import { expect, test } from 'vitest';
import { preferred } from '../i18n.svelte.ts';
import { common as en } from './en.ts';
import { common as fr } from './fr.ts';
import { common as nl } from './nl.ts';
import { faults } from './faults.ts';

test('every text is there in every language', () => {
  expect(faults(en, nl)).toEqual([]);
  expect(faults(en, fr)).toEqual([]);
});

test('a text that is missing, empty or left in English is found', () => {
  expect(faults({ a: 'One text', b: { c: 'Another' } }, { a: 'One text', b: { c: '' } })).toEqual(['a', 'b.c']);
});

test('the first preference that there is wins', () => {
  expect(preferred(['de-DE', 'nl-BE', 'en'])).toBe('nl');
  expect(preferred(['de'])).toBe('en');
});
