import type { Report } from '@glimpse/verifier';
import { expect, test } from 'vitest';
import { photoOf, withoutPhotos } from './photo.ts';

const shows = (attribute: string, octets: string | null) => ({ attribute, name: attribute, value: 'x', octets });
const report = (...values: ReturnType<typeof shows>[]): Report => ({
  outcome: 'accepted',
  code: 'accepted',
  words: '',
  cards: [{ schema: 's', name: 'n', issuer: 'i', renewed_days_ago: 0, statements: [], pseudonym: null, values }],
});

test('a JPEG among the values is the photo, other octets are not', () => {
  expect(photoOf(report(shows('digest', 'q80='), shows('photo', '/9j/4AAQ')))).toBe('data:image/jpeg;base64,/9j/4AAQ');
  expect(photoOf(report(shows('digest', 'q80='), shows('city', null)))).toBeUndefined();
});

test('what is shown as a picture is not shown as a text too', () => {
  const left = withoutPhotos(report(shows('city', null), shows('photo', '/9j/4AAQ')));
  expect(left.cards[0]?.values.map(({ attribute }) => attribute)).toEqual(['city']);
});
