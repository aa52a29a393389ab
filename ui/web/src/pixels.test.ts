import { expect, test } from 'vitest';
import { fit } from './pixels.ts';

test('large pictures become smaller in the same shape, small ones stay', () => {
  expect(fit(4000, 3000, 1600)).toEqual([1600, 1200]);
  expect(fit(300, 200, 1600)).toEqual([300, 200]);
  expect(fit(1, 100_000, 1600)).toEqual([1, 1600]);
});
