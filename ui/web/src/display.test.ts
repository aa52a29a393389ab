import { expect, test } from 'vitest';
import { display, photoOf } from './display.ts';

test('a photo is drawn from what it is, and from nothing that is fetched', () => {
  expect(photoOf('/9j/4AAQ')).toBe('data:image/jpeg;base64,/9j/4AAQ');
  expect(photoOf('https://elsewhere.example/a.jpg')).toBeUndefined();
  expect(photoOf('/9j/4AAQ" onerror="x')).toBeUndefined();
  expect(photoOf('')).toBeUndefined();
  expect(photoOf(undefined)).toBeUndefined();
  expect(display({ photo: 3000 }, '/9j/4AAQ', 'en')).toBe('');
});
