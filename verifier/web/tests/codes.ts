/** Codes as pictures: drawn for cameras, and read from screens, by the package itself in Node. */
import { inflateSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import init, { Scanner, symbolRows } from '@glimpse/verifier';

const module = createRequire(import.meta.url).resolve('@glimpse/verifier/glimpse_verifier_bg.wasm');
const ready = init({ module_or_path: readFileSync(module) });

/** The pixels of a PNG as a browser's screenshot is: 8 bits, no interlacing, RGB or RGBA. */
function pixels(png: Buffer): { width: number; height: number; rgba: Uint8Array } {
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 4];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 8, at + 8 + length);
    const kind = png.toString('latin1', at + 4, at + 8);
    if (kind === 'IHDR') [width, height, channels] = [body.readUInt32BE(0), body.readUInt32BE(4), body[9] === 6 ? 4 : 3];
    if (kind === 'IDAT') parts.push(body);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  const flat = new Uint8Array(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)] ?? 0;
    for (let x = 0; x < line; x += 1) {
      const [left, up, corner] = [
        x >= channels ? (flat[y * line + x - channels] ?? 0) : 0,
        y > 0 ? (flat[(y - 1) * line + x] ?? 0) : 0,
        x >= channels && y > 0 ? (flat[(y - 1) * line + x - channels] ?? 0) : 0,
      ];
      flat[y * line + x] = (raw[y * (line + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i += 1) for (let c = 0; c < 3; c += 1) rgba[i * 4 + c] = flat[i * channels + c] ?? 0;
  return { width, height, rgba };
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** The text of the code in a screenshot. */
export async function read(png: Buffer): Promise<string> {
  await ready;
  const { width, height, rgba } = pixels(png);
  const text = new Scanner().scan(width, height, rgba);
  if (text === undefined) throw new Error('there is no code in the picture');
  return text;
}

/** The rows of a code, for a camera that a test holds. */
export async function rows(text: string): Promise<string[]> {
  await ready;
  return symbolRows(text);
}

/** The document that these codes show. */
export async function octets(texts: readonly string[]): Promise<Uint8Array> {
  await ready;
  const scanner = new Scanner();
  for (const text of texts) {
    const progress = scanner.receive(text);
    if (progress.state === 'document') return progress.octets;
  }
  throw new Error('a part is missing');
}
