/** Cameras that look at a wallet's screen: one that a test moves, and one that plays a file. */
import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { rows } from './codes.ts';

const [WIDTH, HEIGHT] = [960, 720];

/** The luminance of a picture in which a code is seen, not quite square in the middle. */
function seen(code: readonly string[]): Uint8Array {
  const picture = new Uint8Array(WIDTH * HEIGHT).fill(96);
  const side = code.length + 8;
  const module = Math.floor((HEIGHT - 40) / side);
  const [left, top] = [Math.floor((WIDTH - module * side) / 2) + 7, Math.floor((HEIGHT - module * side) / 2) - 3];
  for (let y = 0; y < module * side; y += 1) {
    for (let x = 0; x < module * side; x += 1) {
      const [row, column] = [Math.floor(y / module) - 4, Math.floor(x / module) - 4];
      picture[(top + y) * WIDTH + left + x] = code[row]?.[column] === '1' ? 24 : 230;
    }
  }
  return picture;
}

/** A film for `--use-file-for-fake-video-capture`: each code for a while, over and over. */
export async function film(path: string, texts: readonly string[], each = 3): Promise<void> {
  const grey = new Uint8Array((WIDTH * HEIGHT) / 2).fill(128);
  const parts: Uint8Array[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`)];
  for (const text of texts) {
    const picture = seen(await rows(text));
    for (let i = 0; i < each; i += 1) parts.push(Buffer.from('FRAME\n'), picture, grey);
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** A dark room. */
export function dark(path: string): void {
  const planes = [new Uint8Array(WIDTH * HEIGHT).fill(16), new Uint8Array((WIDTH * HEIGHT) / 2).fill(128)];
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`), Buffer.from('FRAME\n'), ...planes]));
}

/** Puts a camera into a page that shows what `hold` gives it: a canvas, drawn anew. */
export async function handheld(page: Page): Promise<{ hold: (text: string | undefined) => Promise<void> }> {
  await page.addInitScript(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 960];
    let code: string[] = [];
    const draw = (): void => {
      const pen = canvas.getContext('2d');
      if (!pen) return;
      pen.fillStyle = '#8a9';
      pen.fillRect(0, 0, 1280, 960);
      const module = Math.floor(900 / (code.length + 8));
      const side = module * (code.length + 8);
      if (code.length === 0) return;
      pen.fillStyle = '#fff';
      pen.fillRect(190, 30, side, side);
      pen.fillStyle = '#111';
      code.forEach((row, y) => [...row].forEach((dark, x) => dark === '1' && pen.fillRect(190 + (x + 4) * module, 30 + (y + 4) * module, module, module)));
    };
    Object.assign(globalThis, { hold: (given: string[]) => (code = given) });
    navigator.mediaDevices.getUserMedia = async () => {
      setInterval(draw, 50);
      const stream = canvas.captureStream(20);
      Object.assign(globalThis, { track: stream.getTracks()[0] });
      return stream;
    };
  });
  return {
    hold: async (text) => {
      const code = text === undefined ? [] : await rows(text);
      await page.evaluate((given) => (globalThis as unknown as { hold: (code: string[]) => void }).hold(given), code);
    },
  };
}
