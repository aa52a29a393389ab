import { expect, test } from 'vitest';
import { lockWith, tryPin } from './pin.ts';
import type { Kiosk } from './store.ts';

test('the right PIN opens, and the PIN itself is not kept', async () => {
  const kiosk = await lockWith('493817', 3);
  expect(kiosk.policy).toBe(3);
  expect(new TextDecoder().decode(kiosk.pin)).not.toContain('493817');
  expect(await tryPin(kiosk, '493817', 1000)).toBe('open');
});

test('five wrong ones make it wait, and then not even the right one opens', async () => {
  let kiosk = await lockWith('493817', 3);
  for (let i = 0; i < 5; i += 1) kiosk = (await tryPin(kiosk, '000000', 1000)) as Kiosk;
  expect(kiosk.locked).toBe(1060);
  expect(await tryPin(kiosk, '493817', 1030)).toBe(kiosk);
  expect(await tryPin(kiosk, '493817', 1061)).toBe('open');
});
