// The vectors that every form of the verifier runs: the same verdicts as the Rust library's.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import init, { type Report, Verifier } from '@glimpse/verifier';

await init();

interface Case {
  identity: string;
  registration: string;
  trust_list: string;
  policy: string;
  record: string;
  ticket: string | null;
  answer: { text: string } | { octets: string };
  now: number;
  expected: Omit<Report, 'words'>;
}

const folder = new URL('../../../test-vectors/verifier/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const octets = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What `save` gives: the ticket of the request that is waited for, or zeros, then the record. */
function memory({ ticket, record }: Case): Uint8Array {
  return Uint8Array.from([...Buffer.from(ticket ?? '0'.repeat(16), 'hex'), ...octets(record)]);
}

function verifier(of: Case, remembered = memory(of)): Verifier {
  return new Verifier(octets(of.identity), octets(of.registration), octets(of.trust_list), remembered);
}

/** What every form compares; the words are for people and may change. */
function compared({ words, ...report }: Report): Omit<Report, 'words'> {
  expect(words).toMatch(/\w/);
  return report;
}

test('there are vectors', () => expect(names.length).toBeGreaterThan(30));

describe.each(names)('%s', (name) => {
  const given = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Case;
  const answer = 'text' in given.answer ? given.answer.text : octets(given.answer.octets);
  const once = { outcome: 'refused', code: 'used_already', cards: [] };
  const again = given.expected.outcome === 'accepted' ? once : given.expected;

  test('the verdict is the library’s, also after a restart', () => {
    const first = verifier(given);
    expect(compared(first.check(answer, given.now, 'en'))).toEqual(given.expected);
    const saved = first.save();
    first.free();
    expect(compared(verifier(given, saved).check(answer, given.now, 'en'))).toEqual(again);
  });

  test('by ticket, and many at once, it is the same', () => {
    if (given.ticket === null) return;
    expect(compared(verifier(given).checkFor(given.ticket, answer, given.now, 'en'))).toEqual(given.expected);
    const twice = verifier(given).checkMany([given.ticket, given.ticket], [answer, answer], given.now, 'en');
    expect(twice.map(compared)).toEqual([given.expected, again]);
  });
});
