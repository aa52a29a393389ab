/**
 * A real wallet for each test file, and everybody else: the bridge, on a free port of this machine.
 * `npm run build` and the demonstration program come first.
 */
import { readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { Served, watch } from '@glimpse/ui/testing/served.ts';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

const PROGRAM = resolve(process.env['GLIMPSE_DEMO_PROGRAM'] ?? '../../target/debug/glimpse-e2e');
/** A build of the screens to try instead of the one beside the program. */
const PAGE = process.env['GLIMPSE_PAGE'];

export type Begin = 'none' | 'empty' | 'cards';
export type Policy = 'over18' | 'over21' | 'city' | 'name' | 'both' | 'unknown';

/** The other sides, and the passing of time. */
export class World extends Served {
  /** What opens a wallet that was made here. */
  pin = '';

  start(): Promise<void> {
    return this.serve(PROGRAM, ['bridge', '--listen', '127.0.0.1:0'], /(http:\/\/\S+)/);
  }

  async tell<T>(what: string, told: unknown = {}): Promise<T> {
    const answer = await fetch(`${this.url}/world/${what}`, { method: 'POST', body: JSON.stringify(told) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${what}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Another wallet. */
  async reset(wallet: Begin): Promise<void> {
    ({ pin: this.pin } = await this.tell<{ pin: string }>('reset', { wallet }));
  }

  ask(policy: Policy): Promise<{ text: string; png: string }> {
    return this.tell('ask', { policy });
  }

  /** What the counter reads from pictures of a screen. */
  check(pictures: readonly Buffer[]): Promise<{ accepted: boolean; said: string }> {
    return this.tell('check', { png: pictures.map((picture) => picture.toString('base64')) });
  }

  offer(approve = false): Promise<{ link: string; code: string }> {
    return this.tell('offer', { schema: 'resident', approve });
  }
}

/** Whoever holds the wallet, at its screens. */
export class Holder {
  constructor(
    readonly page: Page,
    readonly world: World,
  ) {}

  /** Another wallet, at its first screen. */
  async begin(wallet: Begin): Promise<void> {
    await this.world.reset(wallet);
    await this.page.goto('/');
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  async unlock(): Promise<void> {
    await this.page.locator('#pin').fill(this.world.pin);
    // Six digits open it by themselves, a passphrase by its form.
    if (!/^\d{6}$/.test(this.world.pin)) await this.page.keyboard.press('Enter');
    await expect(this.page.locator('.shell')).toBeVisible();
  }

  /** A wallet that is open. */
  async opened(wallet: Begin): Promise<void> {
    await this.begin(wallet);
    await this.unlock();
  }

  async go(place: 'Cards' | 'Scan' | 'History' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name: place }).click();
  }

  /** What the clipboard gives, as Ctrl+V does. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((given) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', given);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, text);
  }

  /** Somebody asks, and the review stands on the screen. */
  async asked(policy: Policy): Promise<void> {
    await this.paste((await this.world.ask(policy)).text);
    await expect(this.page.getByRole('heading', { level: 1, name: /asks you$/ })).toBeFocused();
  }

  /** Pictures of the answer's codes: each, where they move. */
  async answer(): Promise<Buffer[]> {
    const code = this.page.getByRole('img', { name: 'Code to be scanned' });
    await expect(code).toBeVisible();
    const pause = this.page.getByRole('button', { name: 'Pause' });
    if (!(await pause.isVisible())) return [await code.screenshot()];
    await pause.click();
    const pictures: Buffer[] = [];
    const frames = Number(/of (\d+)/.exec(await this.page.locator('figcaption').innerText())?.[1]);
    for (let i = 0; i < frames; i += 1) {
      pictures.push(await code.screenshot());
      await this.page.getByRole('button', { name: 'Next' }).click();
    }
    return pictures;
  }
}

const KINDS: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

async function tryPage(context: BrowserContext, folder: string, url: string): Promise<void> {
  const policy = (await fetch(url)).headers.get('content-security-policy') ?? '';
  await context.route(
    ({ pathname }) => !/^\/(invoke|world|events|bridge\.js)/.test(pathname),
    (route) => {
      const { pathname } = new URL(route.request().url());
      const file = extname(pathname) === '' ? 'index.html' : pathname;
      const text = readFileSync(join(folder, file), 'utf8');
      const body = file === 'index.html' ? text.replace('<head>', '<head><script src="/bridge.js"></script>') : text;
      return route.fulfill({ body, contentType: KINDS[extname(file)] ?? 'text/plain', headers: { 'Content-Security-Policy': policy } });
    },
  );
}

export const test = base.extend<{ holder: Holder }, { world: World }>({
  world: [
    async ({}, use) => {
      const world = new World();
      await world.start();
      await use(world);
      await world.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ world }, use) => use(world.url),
  context: async ({ context, world }, use) => {
    if (PAGE) await tryPage(context, PAGE, world.url);
    await use(context);
  },
  // Whatever a test is about, nothing on its page may break the policy or fail unseen.
  page: async ({ page }, use) => {
    const faults = watch(page);
    await use(page);
    expect(faults).toEqual([]);
  },
  holder: async ({ page, world }, use) => use(new Holder(page, world)),
});

export { expect };
