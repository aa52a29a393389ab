import { expect, test } from 'vitest';
import { faults } from '@glimpse/ui/strings/faults.ts';
import { texts as en } from './en.ts';
import { texts as fr } from './fr.ts';
import { texts as nl } from './nl.ts';

// Said alike in English and in the other language.
const ALIKE: Record<string, readonly string[]> = { nl: [], fr: ['issue.minutes'] };

test.each([
  ['nl', nl],
  ['fr', fr],
] as const)('every text is there in %s', (tag, texts) => {
  expect(faults(en, texts)).toEqual(ALIKE[tag]);
});
