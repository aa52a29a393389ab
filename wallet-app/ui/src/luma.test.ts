import { expect, test } from 'vitest';
import { fit, luma } from './luma.ts';

test('white is light, black is dark, and what is see-through is white', () => {
  const rgba = [255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0, 255];
  const { width, pixels } = luma(2, rgba);
  expect(width).toBe(2);
  expect([...pixels.slice(0, 3)]).toEqual([255, 0, 255]);
  expect(pixels[3]).toBeGreaterThan(128);
});

test('large pictures become smaller in the same shape, small ones stay', () => {
  expect(fit(4000, 3000, 1600)).toEqual([1600, 1200]);
  expect(fit(300, 200, 1600)).toEqual([300, 200]);
  expect(fit(1, 100_000, 1600)).toEqual([1, 1600]);
});
