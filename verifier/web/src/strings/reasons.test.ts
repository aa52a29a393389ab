import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { texts as ar } from './ar/index.ts';
import { texts as en } from './en/index.ts';
import { texts as fr } from './fr/index.ts';
import { texts as nl } from './nl/index.ts';

/** The codes that a file of the library gives, as its `code()` lists them. */
function codes(file: string): string[] {
  const text = readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8');
  const [, body = ''] = text.split('pub fn code(&self)');
  return [...body.split('\n    }\n')[0]!.matchAll(/=> "([a-z_]+)"/g)].map(([, code = '']) => code);
}

const reasons = codes('verdict.rs');
const asking = codes('asking.rs');

test('the codes are found', () => {
  expect(reasons).toContain('moment');
  expect(reasons.length).toBeGreaterThanOrEqual(17);
  expect(asking).toEqual(['policy', 'request']);
});

test.each(Object.entries({ ar, en, fr, nl }))('every code of the library has its words, %s', (_, texts) => {
  const told: Record<string, { title: string; text: string }> = texts.reasons;
  expect([...reasons, ...asking].filter((code) => !told[code]?.title || !told[code].text)).toEqual([]);
});
