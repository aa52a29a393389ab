import { expect, test } from 'vitest';
import { faults } from '@glimpse/ui/strings/faults.ts';
import { texts as ar } from './ar/index.ts';
import { texts as en } from './en/index.ts';
import { texts as fr } from './fr/index.ts';
import { texts as nl } from './nl/index.ts';

// Said alike in English and in the other language.
const ALIKE: Record<string, readonly string[]> = { nl: [], fr: ['care.settings.minutes'], ar: [] };

test.each([
  ['nl', nl],
  ['fr', fr],
  ['ar', ar],
] as const)('every text is there in %s', (tag, texts) => {
  expect(faults(en, texts)).toEqual(ALIKE[tag]);
});
