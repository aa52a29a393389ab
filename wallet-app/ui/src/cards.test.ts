import { expect, test } from 'vitest';
import { tidyWords, twoOf } from './cards.ts';

test('words are read as people write them', () => {
  expect(tidyWords('1. Lamp 2. harbour,\n3) MILL  river-bank')).toEqual(['lamp', 'harbour', 'mill', 'river', 'bank']);
  expect(tidyWords('  ')).toEqual([]);
});

test('two different words are asked after, in order', () => {
  for (let i = 0; i < 200; i++) {
    const [a, b] = twoOf(10);
    expect(a).toBeLessThan(b);
    expect(b).toBeLessThan(10);
  }
  expect(twoOf(2, () => 0)).toEqual([0, 1]);
  expect(twoOf(2, () => 0.999)).toEqual([0, 1]);
});
