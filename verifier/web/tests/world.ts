/**
 * The built page as it is served, and the rest of a town: a publisher, a resident's real wallet. `npm run
 * build` and the demonstration program come first.
 */
import { resolve } from 'node:path';
import { Served, watch } from '@glimpse/ui/testing/served.ts';
import { test as base, expect, type Page } from '@playwright/test';
import { read } from './codes.ts';
import { keep, restore, type Kept } from './kept.ts';

const PROGRAM = resolve(process.env['GLIMPSE_DEMO_PROGRAM'] ?? '../../target/debug/glimpse-e2e');

export const CHECK = 'Over 18 and city';

/** Everybody but the clerk. */
export class Town extends Served {
  /** What a counter that is ready keeps, once one is. */
  kept: Kept | undefined;

  start(): Promise<void> {
    return this.serve(PROGRAM, ['counter', '--listen', '127.0.0.1:0', '--dist', 'dist'], /The counter:\s+(http:\/\/\S+)/);
  }

  async tell<T>(what: string, told: unknown = {}): Promise<T> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.url}/town/${what}`, { method: 'POST', headers, body: JSON.stringify(told) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${what}: ${text}`);
    return JSON.parse(text) as T;
  }

  async texts(what: string, told: unknown = {}): Promise<string[]> {
    return (await this.tell<{ texts: string[] }>(what, told)).texts;
  }
}

/** The clerk, at the counter's page. */
export class Clerk {
  constructor(
    readonly page: Page,
    readonly town: Town,
    /** Where the page is. */
    readonly home = '/',
  ) {}

  async go(place: string): Promise<void> {
    await this.page.goto(`${this.home}${place}`);
  }

  heading(name: string | RegExp) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** What the clipboard gives, as Ctrl+V does. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((given) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', given);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, text);
  }

  async make(): Promise<void> {
    await this.go('');
    await this.page.locator('#name').fill('Corner Pharmacy, desk 2');
    await this.page.locator('form .primary').click();
    await expect(this.page.locator('nav')).toBeVisible();
  }

  async load(texts: readonly string[]): Promise<void> {
    // What was loaded before stands on that screen until one leaves it.
    await this.go('#settings');
    await this.go('#load');
    await expect(this.page.locator('#text')).toBeVisible();
    await this.paste(texts.join('\n'));
  }

  /** A counter that is ready: made, with a list, registered, and one policy. By hand once; after that what was kept is put back. */
  async ready(): Promise<void> {
    const { kept } = this.town;
    if (kept) await restore(this.page, `${this.home}icon.svg`, kept);
    else await this.setUp();
    await this.go('#choose');
    await expect(this.page.locator('a.enamel')).toBeVisible();
    this.town.kept ??= await keep(this.page);
  }

  async setUp(): Promise<void> {
    await this.make();
    await this.load(await this.town.texts('trust'));
    await this.page.locator('#key-0').check();
    await this.page.locator('#key-1').check();
    await this.page.locator('.danger').click();
    await this.go('#card');
    const toRegister = (await this.page.locator('.print').innerText()).replaceAll(/\s/g, '');
    await this.load(await this.town.texts('register', { toRegister }));
    await expect(this.page.locator('.notice.good')).toBeVisible();
    await this.load(await this.town.texts('policy'));
    await this.page.locator('.row .primary').click();
    await expect(this.page.locator('.notice.good')).toBeVisible();
  }

  /** The plate of the one policy. */
  async choose(): Promise<void> {
    await this.page.locator('a.enamel').click();
    await expect(this.code).toBeVisible();
  }

  get code() {
    return this.page.locator('.slip svg[role=img]');
  }

  /** The text of the code on the screen, read from its pixels by another counter's eye. */
  async question(): Promise<string> {
    return read(await this.code.screenshot());
  }

  /** What a resident's wallet says to the code on the screen. */
  async answered(told: Record<string, unknown> = {}): Promise<string[]> {
    return this.town.texts('answer', { text: await this.question(), ...told });
  }

  verdict(name: 'Accepted' | 'Refused' | 'Cannot tell') {
    return this.heading(name);
  }
}

export const test = base.extend<{ clerk: Clerk }, { town: Town }>({
  town: [
    async ({}, use) => {
      const town = new Town();
      await town.start();
      await use(town);
      await town.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ town }, use) => use(town.url),
  // Whatever a test is about, nothing on its page may break the policy or fail unseen.
  page: async ({ page }, use) => {
    const faults = watch(page);
    await use(page);
    expect(faults).toEqual([]);
  },
  clerk: async ({ page, town }, use) => use(new Clerk(page, town)),
});

export { expect };
