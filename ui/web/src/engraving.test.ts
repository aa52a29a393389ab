import { expect, test } from 'vitest';
import { engraving, PLATES, turns } from './engraving.ts';

test('a kind of card always looks the same, and others differ', () => {
  expect(engraving('resident')).toEqual(engraving('resident'));
  expect(engraving('resident').plate).not.toBe(engraving('patient').plate);
});

test('kinds are spread over all plates', () => {
  const plates = new Set(Array.from({ length: 60 }, (_, n) => engraving(`kind-${n}`).plate));
  expect(plates.size).toBe(PLATES);
});

test('a rosette is drawn with few ellipses, evenly turned', () => {
  expect(turns(4)).toEqual([0, 45, 90, 135]);
  expect(engraving('').petals + engraving('').heart).toBeLessThan(30);
});
