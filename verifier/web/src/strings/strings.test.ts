import { faults } from '@glimpse/ui/strings/faults.ts';
import { expect, test } from 'vitest';
import { texts as ar } from './ar/index.ts';
import { texts as en } from './en/index.ts';
import { texts as fr } from './fr/index.ts';
import { texts as nl } from './nl/index.ts';

// "Accepted" needs nothing more to be said.
const without = <T extends typeof en>(texts: T): object => ({ ...texts, reasons: { ...texts.reasons, accepted: texts.reasons.accepted.title } });

test('every text is there in every language', () => {
  expect(faults(without(en), without(nl))).toEqual([]);
  expect(faults(without(en), without(fr))).toEqual([]);
  expect(faults(without(en), without(ar))).toEqual([]);
});
