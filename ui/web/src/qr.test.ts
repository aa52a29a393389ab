import { expect, test } from 'vitest';
import { path, view } from './qr.ts';

test('each run of dark modules is one rectangle', () => {
  expect(path(['1011', '0000', '0100'])).toBe('M0 0h1v1h-1zM2 0h2v1h-2zM1 2h1v1h-1z');
});

test('the quiet zone lies around the symbol', () => {
  expect(view(21)).toBe('-4 -4 29 29');
});
