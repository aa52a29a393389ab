// The vectors that every form of the verifier runs: the same verdicts as the Rust library's.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import init, { acceptRegistration, acceptTrustList, newIdentity, readTrustList, type Report, selfRegistration, symbolRows, Verifier } from '@glimpse/verifier';

await init();

/** A counter, with what it asks. */
interface Counter {
  identity: string;
  registration: string;
  trust_list: string;
  policy: string;
  record: string;
  ticket: string | null;
  now: number;
  poster: { window: number; until: number; ticket: string; made: number } | null;
}

interface Case extends Counter {
  answer: { text: string } | { octets: string };
  expected: Omit<Report, 'words'>;
}

const folder = new URL('../../../test-vectors/verifier/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const octets = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What `save` gives: the ticket of the request that is waited for, or zeros, then the record. */
function memory({ ticket, record }: Counter): Uint8Array {
  return Uint8Array.from([...Buffer.from(ticket ?? '0'.repeat(16), 'hex'), ...octets(record)]);
}

function verifier(of: Counter, remembered = memory(of)): Verifier {
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

  test('a poster is made as the library makes it', () => {
    if (given.poster === null) return;
    const { ticket, made, window, until } = given.poster;
    const poster = verifier(given).poster(given.policy, window, until, made);
    expect(poster).toMatchObject({ ticket, expires: until, registered: true });
  });
});

/** The code with which nothing is asked. */
function asked(of: Counter): string {
  const [{ policy, poster, now }, counter] = [of, verifier(of)];
  try {
    if (poster === null) counter.request(policy, now);
    else counter.poster(policy, poster.window, poster.until, now);
    return 'asked';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('what cannot be asked has its code', () => {
  const folder = new URL('../../../test-vectors/asking/', import.meta.url);
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThanOrEqual(10);
  for (const name of names) {
    const given = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Counter & { expected: string };
    expect(asked(given), name).toBe(given.expected);
  }
});

test('a verifier says whom it trusts, who it is, and what is unwise', () => {
  const given = JSON.parse(readFileSync(new URL('good_over_18_and_city.json', folder), 'utf8')) as Case;
  const counter = verifier(given);
  const list = counter.trust(given.now + 3 * 86_400, 'nl');
  expect(list).toMatchObject({ sequence: 1, ageDays: 3, threshold: 1, issuers: ['Burgerzaken', 'Bibliotheek'] });
  expect(list.keys).toEqual(readTrustList(octets(given.trust_list), given.now, 'nl').keys);
  expect(counter.registeredAs(given.now, 'nl')).toMatchObject({ name: 'Apotheek op de hoek', purposes: [] });
  const asked = counter.request(given.policy, given.now);
  expect(asked.rows).toEqual(symbolRows(asked.text ?? ''));
  expect(asked.text).toMatch(/^GQ1/);
  expect(counter.lint(given.policy.replace('show = ["city"]', 'show = ["birth_date"]').replace(/^prove .*/m, ''), given.now)).toContainEqual(
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

test('a registration is taken where a publisher has signed it for this verifier, and nothing else is', () => {
  const given = JSON.parse(readFileSync(new URL('good_over_18_and_city.json', folder), 'utf8')) as Case;
  const [identity, registration, list] = [octets(given.identity), octets(given.registration), octets(given.trust_list)];
  const take = (secret: Uint8Array, of: Uint8Array, now = given.now) => acceptRegistration(secret, of, list, now, 'nl');
  const registered = take(identity, registration);
  expect(registered).toEqual(verifier(given).registeredAs(given.now, 'nl'));
  const fault = (words: string) => expect.objectContaining({ code: 'registration', message: expect.stringContaining(words) });
  for (const foreign of [new Uint8Array(), Uint8Array.of(1, 2, 3), registration.slice(0, -1), list, selfRegistration(identity, { en: 'Shop' }, given.now + 60)]) {
    expect(() => take(identity, foreign)).toThrow(fault(''));
  }
  expect(() => take(newIdentity().secret, registration)).toThrow(fault('another counter'));
  expect(() => take(identity, registration, registered.expires + 1)).toThrow(fault('has ended'));
});

test('what is no ticket is said so', () => {
  const given = JSON.parse(readFileSync(new URL('good_over_18_and_city.json', folder), 'utf8')) as Case;
  const counter = verifier(given);
  const fault = expect.objectContaining({ code: 'argument', message: 'a ticket has 16 hexadecimal digits' });
  expect(() => counter.prepare('', given.now)).toThrow(fault);
  expect(() => counter.checkFor('+123456789abcdef', '', given.now, 'en')).toThrow(fault);
  expect(() => counter.checkMany(['0'], [''], given.now, 'en')).toThrow(fault);
});
