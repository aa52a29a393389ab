import type { SchemaBody } from '@glimpse/ui/schema.ts';
import { expect, test } from 'vitest';
import { faults, guess, plain } from './mapping.ts';

const SCHEMA: SchemaBody = {
  code: 'resident',
  names: { en: 'Resident card' },
  epoch_days: 7,
  attributes: [
    { code: 'given_name', names: { en: 'Given name', nl: 'Voornaam', fr: 'Prénom' }, type: { text: 64 } },
    { code: 'birth_date', names: { en: 'Date of birth', nl: 'Geboortedatum' }, type: 'date' },
  ],
};
const guessed = (...columns: string[]) => guess(columns, SCHEMA).map(({ attribute }) => attribute);

test('headings are compared without accents, capitals and signs', () => {
  expect(plain(' Date_of-Birth: ')).toBe('date of birth');
  expect(plain('PRÉNOM')).toBe('prenom');
});

test('a heading in any of the schema’s languages, or its code, is known', () => {
  expect(guessed('Voornaam', 'birth_date')).toEqual(['given_name', 'birth_date']);
  expect(guessed('prenom', 'DATE OF BIRTH')).toEqual(['given_name', 'birth_date']);
  expect(guessed('Dossier', 'Kenmerk')).toEqual(['reference', null]);
});

test('nothing is guessed twice, and what is like nothing is left out', () => {
  expect(guessed('Given name', 'given_name', 'Remarks', '')).toEqual(['given_name', null, null, null]);
});

test('a mapping lacks what no column has, and says what two have', () => {
  expect(faults(guess(['Voornaam'], SCHEMA), SCHEMA)).toEqual({ twice: [], missing: ['reference', 'birth_date'] });
  const twice = [0, 1].map((column) => ({ column, attribute: 'given_name' }));
  expect(faults(twice, SCHEMA).twice).toEqual(['given_name']);
});
