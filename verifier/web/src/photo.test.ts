import type { Report } from '@glimpse/verifier';
import { expect, test } from 'vitest';
import { photosOf, withoutPhotos } from './photo.ts';

const shows = (attribute: string, octets: string | null) => ({ attribute, name: attribute, value: 'x', octets });
const report = (...values: ReturnType<typeof shows>[]): Report => ({
  outcome: 'accepted',
  code: 'accepted',
  words: '',
  cards: [{ schema: 's', name: 'n', issuer: 'i', renewed_days_ago: 0, statements: [], pseudonym: null, values }],
});

test('a JPEG among the values is the photo, other octets are not', () => {
  expect(photosOf(report(shows('digest', 'q80='), shows('photo', '/9j/4AAQ')))).toEqual([{ address: 'data:image/jpeg;base64,/9j/4AAQ', card: 'n' }]);
  expect(photosOf(report(shows('digest', 'q80='), shows('city', null)))).toEqual([]);
});

test('every photo of an answer is one to compare, not only the first', () => {
  const first = report(shows('photo', '/9j/AAAA'));
  const two = { ...first, cards: [...first.cards, ...report(shows('photo', '/9j/BBBB')).cards] };
  expect(photosOf(two).map(({ address }) => address.slice(-4))).toEqual(['AAAA', 'BBBB']);
});

test('what is shown as a picture is not shown as a text too', () => {
  const left = withoutPhotos(report(shows('city', null), shows('photo', '/9j/4AAQ')));
  expect(left.cards[0]?.values.map(({ attribute }) => attribute)).toEqual(['city']);
});
