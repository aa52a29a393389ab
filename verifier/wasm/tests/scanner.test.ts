// QR codes: what is drawn is read back from pixels.
import { expect, test } from 'vitest';
import init, { Frames, Scanner, symbolRows } from '@glimpse/verifier';

await init();

/** A symbol as a camera sees it: four pixels a module, the border around, coloured a little. */
function picture(text: string): { side: number; rgba: Uint8Array } {
  const rows = symbolRows(text);
  const side = (rows.length + 8) * 4;
  const rgba = new Uint8Array(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [Math.floor((i % side) / 4) - 4, Math.floor(i / side / 4) - 4];
    rgba.set(rows[y]?.[x] === '1' ? [30, 10, 60, 255] : [250, 240, 200, 255], i * 4);
  }
  return { side, rgba };
}

test('a moving code is read from pixels, with parts missing and in any order', () => {
  const octets = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) % 251);
  const frames = new Frames('trustList', octets);
  const texts = Array.from({ length: frames.count * 3 }, () => frames.next());
  const scanner = new Scanner();
  let parts = 0;
  for (const text of texts.reverse().filter((_, i) => i % 3 !== 1)) {
    const { side, rgba } = picture(text);
    const read = scanner.scan(side, side, rgba);
    expect(read).toBe(text);
    const progress = scanner.receive(read ?? '');
    if (progress.state === 'document') {
      expect(progress).toEqual({ state: 'document', kind: 'trustList', octets });
      expect(parts).toBeGreaterThan(3);
      return;
    }
    expect(progress.state).toBe('part');
    parts += 1;
  }
  expect.unreachable('the document is not complete');
});

test('a picture without a code, or of another size than it says, holds nothing', () => {
  const scanner = new Scanner();
  expect(scanner.scan(100, 100, new Uint8Array(40_000).fill(255))).toBeUndefined();
  const { side, rgba } = picture('GA1BB8');
  expect(scanner.scan(side, side, rgba)).toBe('GA1BB8');
  expect(scanner.scan(side + 1, side, rgba)).toBeUndefined();
  expect(scanner.scan(side, side, rgba.slice(1))).toBeUndefined();
  expect(scanner.scan(5000, 5000, rgba)).toBeUndefined();
});

test('a foreign code says what to do', () => {
  const progress = new Scanner().receive('https://example.org');
  expect(progress).toMatchObject({ state: 'foreign', words: expect.stringContaining('not a Glimpse code') });
});
