import { common } from '@glimpse/ui/strings/en.ts';
import { expect, test } from 'vitest';
import { emptyOnPurpose, problemsOf, referenceFits, toFields, toValues } from './record.ts';

const SCHEMA = {
  code: 'x',
  names: { en: 'X' },
  epoch_days: 7,
  attributes: [
    { code: 'name', names: { en: 'Name' }, type: { text: 8 } },
    { code: 'children', names: { en: 'Children' }, type: 'count' as const },
  ],
};

test('a record goes into its form and comes back the same', () => {
  const values = { name: '<b>Ada</b>', children: 0 };
  expect(toValues(SCHEMA, toFields(SCHEMA, values))).toEqual(values);
});

test('only what is wrong is a problem', () => {
  expect(problemsOf(SCHEMA.attributes, { name: 'Ada', children: '' }, {}, common.value, '2026-11-24')).toEqual({ children: common.value.required });
});

test('a text may be empty on purpose, a number may not', () => {
  const empty = { name: true, children: true };
  expect(Object.keys(problemsOf(SCHEMA.attributes, { name: '', children: '' }, empty, common.value, '2026-11-24'))).toEqual(['children']);
  expect(emptyOnPurpose(SCHEMA, { name: '', children: 0 })).toEqual({ name: true });
});

test('a reference has 1 to 64 characters, as people count them', () => {
  expect(referenceFits('  ')).toBe(false);
  expect(referenceFits('é'.repeat(64))).toBe(true);
  expect(referenceFits('😀'.repeat(65))).toBe(false);
});
