// The vectors that every form of the verifier runs: the same verdicts as the Rust library's.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import init, { acceptTrustList, readTrustList, type Report, symbolRows, Verifier } from '@glimpse/verifier';

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

test('a poster waits until its end, for answers of a window', () => {
  const given = JSON.parse(readFileSync(new URL('good_over_18_and_city.json', folder), 'utf8')) as Case;
  const door = verifier(given);
  const until = given.now + 7 * 86_400;
  const poster = door.poster(given.policy, 60, until, given.now);
  expect(poster).toMatchObject({ expires: until, registered: true });
  expect(poster.ticket).not.toBe(given.ticket);
  const fault = expect.objectContaining({ code: 'policy' });
  expect(() => door.poster(given.policy, 10, until, given.now)).toThrow(fault);
  expect(() => door.poster(given.policy, 60, given.now + 400 * 86_400, given.now)).toThrow(fault);
});

test('a verifier says whom it trusts, who it is, and what is unwise', () => {
  const given = JSON.parse(readFileSync(new URL('good_over_18_and_city.json', folder), 'utf8')) as Case;
  const counter = verifier(given);
  const list = counter.trust(given.now + 3 * 86_400, 'nl');
  expect(list).toMatchObject({ sequence: 1, ageDays: 3, threshold: 1, issuers: ['Burgerzaken', 'Bibliotheek'] });
  expect(list.keys).toEqual(readTrustList(octets(given.trust_list), given.now, 'nl').keys);
  expect(counter.registeredAs(given.now, 'nl')).toMatchObject({ name: 'Apotheek op de hoek', purposes: [] });
  const asked = counter.request(given.policy, given.now);
  expect(asked.rows).toEqual(symbolRows(asked.text));
  expect(asked.text).toMatch(/^GQ1/);
  expect(counter.lint(given.policy.replace('show = ["city"]', 'show = ["birth_date"]'), given.now)).toContainEqual(
    expect.objectContaining({ code: 'date_shown', severity: 'warning' }),
  );
});

test('a trust list is accepted on its publisher’s keys, then by the one before', () => {
  const given = JSON.parse(readFileSync(new URL('good_over_18_and_city.json', folder), 'utf8')) as Case;
  const list = octets(given.trust_list);
  const { keys } = readTrustList(list, given.now, 'en');
  expect(acceptTrustList(undefined, list, keys, 1, given.now)).toEqual(list);
  expect(acceptTrustList(list, list, [], 1, given.now)).toEqual(list);
  const fault = (code: string) => expect.objectContaining({ code });
  expect(() => acceptTrustList(undefined, list, [], 1, given.now)).toThrow(fault('trust_signatures'));
  expect(() => acceptTrustList(undefined, list, ['00'], 1, given.now)).toThrow(fault('argument'));
  expect(() => acceptTrustList(undefined, list, keys, 1, given.now + 90 * 86_400)).toThrow(fault('trust_expired'));
  expect(() => acceptTrustList(undefined, list.slice(0, -1), keys, 1, given.now)).toThrow(fault('trust_damaged'));
  const counter = verifier(given);
  expect(() => counter.setTrustList(list.slice(0, -1), given.now)).toThrow(fault('trust_damaged'));
  counter.setTrustList(list, given.now);
});
