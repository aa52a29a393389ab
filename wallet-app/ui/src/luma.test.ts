import { expect, test } from 'vitest';
import { luma } from './luma.ts';

test('white is light, black is dark, and green is lighter than blue', () => {
  const rgba = [255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 255, 255, 0, 255, 0, 255];
  const { width, pixels } = luma(2, rgba);
  expect(width).toBe(2);
  expect([...pixels.slice(0, 2)]).toEqual([255, 0]);
  expect(pixels[3]).toBeGreaterThan(128);
  expect(pixels[2]).toBeLessThan(64);
});
