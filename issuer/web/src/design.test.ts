import { expect, test } from 'vitest';
import { check, fromSchema, idOf, moved, newDraft, newLine, ours, samples, slug, toSchema } from './design.ts';
import { texts } from './strings/en.ts';

const words = texts.designer;
const RESIDENT = {
  code: 'resident',
  names: { en: 'Resident card', nl: 'Ingezetenenpas' },
  epoch_days: 7,
  attributes: [
    { code: 'given_name', names: { en: 'Given name' }, type: { text: 64 } },
    { code: 'birth_date', names: { en: 'Date of birth' }, type: 'date' as const },
    { code: 'city', names: { en: 'City' }, type: { enumeration: { '1': { en: 'Rivermouth' }, '2': { en: 'Hillford' } } } },
    { code: 'photo', names: { en: 'Photo' }, type: { bytes: 32 } },
  ],
};

test('a kind that is copied is the same kind', () => {
  const draft = fromSchema(RESIDENT, 'en');
  expect(toSchema(draft)).toEqual(RESIDENT);
  expect(check(draft, words)).toEqual({});
});

test('an empty kind says what it lacks', () => {
  expect(Object.keys(check(newDraft('en'), words))).toEqual(['code', 'names', 'attributes[0].names', 'attributes[0].code']);
});

test('a code stands once', () => {
  const draft = fromSchema(RESIDENT, 'en');
  const line = newLine('en');
  draft.lines.push({ ...line, code: 'city', names: [{ tag: 'en', text: 'Again' }] });
  expect(check(draft, words)).toEqual({ 'attributes[4].code': words.codeTwice });
});

test('bounds are those of the core', () => {
  const draft = fromSchema(RESIDENT, 'en');
  const [text] = draft.lines;
  if (text) text.length = '257';
  draft.epoch = '0';
  expect(check(draft, words)).toEqual({ epoch_days: words.needEpoch, 'attributes[0].type': words.needLength });
});

test('choices have numbers of their own', () => {
  const draft = fromSchema(RESIDENT, 'en');
  const choice = draft.lines[2]?.choices[1];
  if (choice) choice.code = '01';
  expect(check(draft, words)).toEqual({ 'attributes[2].type.enumeration[1]': words.needChoiceCode });
});

test('a line moves, and no further than the ends', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b']);
});

test('a card has one photo at most', () => {
  const draft = fromSchema(RESIDENT, 'en');
  draft.lines = draft.lines.map((line) => ({ ...line, kind: 'photo' }));
  const found = check(draft, words);
  expect(found['attributes[0].type']).toBeUndefined();
  expect(found['attributes[1].type']).toBe(words.photoTwice);
  expect(toSchema(draft).attributes[0]?.type).toEqual({ photo: 4096 });
});

test('a name suggests its code', () => {
  expect(slug('Date of birth')).toBe('date_of_birth');
  expect(slug('  Prénom (usuel) ')).toBe('prenom_usuel');
  expect(slug('日本')).toBe('');
  expect(slug('x'.repeat(40))).toHaveLength(32);
});

test('a path names one field', () => {
  expect(idOf('attributes[2].code')).toBe('design-attributes-2-code');
  expect(idOf('attributes[2].type.enumeration[0]')).toBe('design-attributes-2-type-enumeration-0');
});

test('a preview has a value for every line', () => {
  expect(samples(RESIDENT, 'Example')).toEqual({ given_name: 'Example', birth_date: '1990-05-31', city: 1, photo: 'Example' });
});

test('what the service says of a path is shown at the field that holds it', () => {
  const draft = fromSchema(RESIDENT, 'en');
  expect(ours('code', draft)).toBe('code');
  expect(ours('names.nl', draft)).toBe('names');
  expect(ours('attributes[1].names.nl', draft)).toBe('attributes[1].names');
  expect(ours('attributes[0].type.text', draft)).toBe('attributes[0].type');
  expect(ours('attributes[2].type.enumeration', draft)).toBe('attributes[2].type');
  expect(ours('attributes[2].type.enumeration.2.en', draft)).toBe('attributes[2].type.enumeration[1].names');
});
