/** Cameras that look at a wallet's screen: one that a test moves, and one that plays a file. */
import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { rows } from './codes.ts';

const [WIDTH, HEIGHT] = [960, 720];

/** How a wallet is held before it: turned and tilted by so much, so wide with its white border, in pixels. */
const [TURN, TILT, SIDE] = [0.15, 0.4, 600];
/** The camera's distance, in widths of the code. */
const AWAY = 2.5;
/** Where each pixel looks, beside its middle: a camera that is not quite sharp. */
const LOOKS = [-1.2, 0, 1.2];

/** The luminance of a picture in which a code is seen in a hand. */
function seen(code: readonly string[]): Uint8Array {
  const modules = code.length + 8;
  const level = (x: number, y: number): number => {
    const [across, down] = [(x - WIDTH / 2) / SIDE, (y - HEIGHT / 2) / SIDE];
    const [right, low] = [across * Math.cos(TURN) + down * Math.sin(TURN), down * Math.cos(TURN) - across * Math.sin(TURN)];
    const u = (right * AWAY) / (AWAY * Math.cos(TILT) - right * Math.sin(TILT));
    const v = (low * (u * Math.sin(TILT) + AWAY)) / AWAY;
    const [column, row] = [Math.floor((u + 0.5) * modules), Math.floor((v + 0.5) * modules)];
    if (Math.min(column, row) < 0 || Math.max(column, row) >= modules) return 96;
    return code[row - 4]?.[column - 4] === '1' ? 40 : 220;
  };
  const picture = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      let sum = 0;
      for (const down of LOOKS) for (const across of LOOKS) sum += level(x + across, y + down);
      const noise = ((x * 7919 + y * 104729) % 13) - 6;
      picture[y * WIDTH + x] = sum / LOOKS.length ** 2 + noise;
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
