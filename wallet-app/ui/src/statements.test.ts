import { expect, test } from 'vitest';
import type { ItemView, ProofView } from './bindings.ts';
import { cardsOf, inShort, statement, valueOf, within } from './statements.ts';
import { showing as ar } from './strings/ar/showing.ts';
import { showing as en } from './strings/en/showing.ts';
import { showing as fr } from './strings/fr/showing.ts';
import { showing as nl } from './strings/nl/showing.ts';

const born = (stated: ProofView['stated']): ProofView => ({ attribute: 'Date of birth', stated });

test('an age is said with what is not shared', () => {
  expect(statement(born({ kind: 'age', years: 18 }), en, 'en')).toEqual({
    claim: 'Shows that you are 18 or older',
    kept: 'Your date of birth is not shared.',
  });
  expect(statement({ attribute: 'Geboortedatum', stated: { kind: 'age', years: 18 } }, nl, 'nl')).toEqual({
    claim: 'Toont dat u 18 jaar of ouder bent',
    kept: 'Uw geboortedatum wordt niet gedeeld.',
  });
  expect(statement({ attribute: 'Date de naissance', stated: { kind: 'age', years: 18 } }, fr, 'fr')).toEqual({
    claim: 'Montre que vous avez 18 ans ou plus',
    kept: 'Non partagé : votre date de naissance.',
  });
  expect(statement({ attribute: 'تاريخ الميلاد', stated: { kind: 'age', years: 18 } }, ar, 'ar')).toEqual({
    claim: 'يُظهر أن عمرك 18 سنة أو أكثر',
    kept: 'لا يُشارك: تاريخ الميلاد.',
  });
});

test.each([
  [{ kind: 'on_or_before', day: '2000-01-31' }, '31 January 2000 or earlier'],
  [{ kind: 'on_or_after', day: '2000-01-31' }, '31 January 2000 or later'],
  [{ kind: 'at_most', value: '12' }, '12 or less'],
  [{ kind: 'at_least', value: '12' }, '12 or more'],
  [{ kind: 'one_of', values: ['Harbour', 'Mills', 'Old Town'] }, 'Harbour, Mills or Old Town'],
  [{ kind: 'same_as', attribute: 'Birthday', credential: 'Patient card' }, 'the birthday on your Patient card'],
] as const)('%o is said whole', (stated, words) => {
  expect(statement(born(stated as ProofView['stated']), en, 'en').claim).toContain(words);
});

test('a single choice gives the value away, so nothing is said to be kept', () => {
  expect(statement(born({ kind: 'one_of', values: ['Mills'] }), en, 'en').kept).toBe('');
  expect(statement(born({ kind: 'one_of', values: ['Mills', 'Harbour'] }), en, 'en').kept).toBe(en.keptOf);
});

test('a name loses its capital in a sentence, an abbreviation does not', () => {
  expect([within('Date of birth'), within('IBAN'), within('الحي'), within('')]).toEqual(['date of birth', 'IBAN', 'الحي', '']);
});

test('days are written as the reader writes them', () => {
  const shown = { name: 'Born', value: '1990-05-31', date: true, rare: false };
  expect(valueOf(shown, 'en')).toBe('31 May 1990');
  expect(valueOf(shown, 'fr')).toBe('31 mai 1990');
  expect(valueOf({ ...shown, date: false }, 'en')).toBe('1990-05-31');
});

const item = (credential: string, name: string): ItemView => ({
  card: 1,
  credential,
  issuer: 'Rivermouth',
  disclosed: [{ name, value: 'x', date: false, rare: false }],
  proves: [born({ kind: 'age', years: 65 })],
  hidden: [],
  renewed: '2026-11-01',
  pseudonym: false,
});

test('a way to answer is told in one line, without values', () => {
  expect(inShort([item('Resident card', 'City')], en, 'en')).toBe('City · Shows that you are 65 or older');
  expect(cardsOf([item('Resident card', 'City'), item('Patient card', 'City'), item('Patient card', 'X')], 'en')).toBe('Resident card and Patient card');
});
