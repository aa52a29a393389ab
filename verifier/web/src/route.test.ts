import { expect, test, vi } from 'vitest';

vi.stubGlobal('location', { hash: '' });
vi.stubGlobal('addEventListener', () => undefined);
const { addressOf, placeOf } = await import('./route.svelte.ts');

test('an address leads back to its place', () => {
  for (const place of [{ at: 'log' }, { at: 'check', policy: 7 }, { at: 'settings' }] as const) expect(placeOf(addressOf(place))).toEqual(place);
});

test('whatever else stands in an address leads to the choice', () => {
  for (const hash of ['', '#', '#nowhere', '#check', '#check/x', '#check/-1', '#log/3x/..']) {
    expect(['choose', 'log']).toContain(placeOf(hash).at);
  }
  expect(placeOf('#check/x')).toEqual({ at: 'choose' });
});
