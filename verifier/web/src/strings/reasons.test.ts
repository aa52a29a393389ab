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

/** The codes of the linter, which stand where something is found. */
function found(): string[] {
  const text = readFileSync(new URL('../../../src/policy/lint.rs', import.meta.url), 'utf8');
  const [body = ''] = text.split('impl Findings');
  return [...new Set([...body.matchAll(/\w+\.(?:warn|advise)\("([a-z_]+)"|^\s+"([a-z]+_shown|identifies)",$/gm)].map(([, one, other]) => one ?? other ?? ''))];
}

const reasons = codes('verdict.rs');
const asking = codes('asking.rs');
const lists = codes('../../core/src/trust/rules.rs');
const lints = found();
// What ends a policy while it is read does not come to the linter.
const READING = ['syntax', 'too_large', 'texts', 'purpose', 'zone'];
const causes = codes('policy/error.rs').filter((code) => !READING.includes(code));

test('the codes are found', () => {
  expect(reasons).toContain('moment');
  expect(reasons.length).toBeGreaterThanOrEqual(17);
  expect(asking).toEqual(['policy', 'request']);
  expect(lists).toContain('trust_fork');
  expect(lints).toHaveLength(13);
  expect(lints).toContain('pins_value');
  expect(causes).toHaveLength(10);
});

test.each(Object.entries({ ar, en, fr, nl }))('every code of the library has its words, %s', (_, texts) => {
  const told: Record<string, { title: string; text: string }> = texts.reasons;
  expect([...reasons, ...asking].filter((code) => !told[code]?.title || !told[code].text)).toEqual([]);
});

test.each(Object.entries({ ar, en, fr, nl }))('every code of the linter has its words, and no others, %s', (_, texts) => {
  expect(Object.keys(texts.lints).toSorted()).toEqual(lints.toSorted());
  expect(Object.keys(texts.causes).toSorted()).toEqual([...causes, 'request'].toSorted());
});

test.each(Object.entries({ ar, en, fr, nl }))('every code of a trust list that is not taken has its words, %s', (_, texts) => {
  const told: Record<string, string> = texts.faults;
  expect(lists.filter((code) => !told[code])).toEqual([]);
});
