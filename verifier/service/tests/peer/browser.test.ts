// The visitor's page in a real browser: what axe finds, at a telephone's and a desk's width, by day and
// by night; and the way back, by itself. SHOTS is a folder for pictures of it.
import { faults, overhang } from '@glimpse/ui/testing/axe.ts';
import { type Browser, type BrowserContextOptions, type Page, chromium } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RETURN_TO, begin, prove, read, site } from './service.mjs';

const { SHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' as const };
const desk = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const };

let browser: Browser;
beforeAll(async () => {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
});
afterAll(() => browser.close());

/** A visitor's page, and what its console complains of. */
async function open(options: BrowserContextOptions, more = {}) {
  const { id, ask_url: address } = await begin(more);
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (said) => complaints.push(said.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  // The site itself is nowhere.
  await page.route(`${new URL(RETURN_TO).origin}/**`, (route) => route.fulfill({ body: 'the shop' }));
  await page.goto(address);
  return { id, page, complaints };
}

/** Answers a link as a wallet does; where it sends the browser. */
async function answer(link: string): Promise<string | undefined> {
  const object = await (await fetch(new URL(link).searchParams.get('request_uri')!)).text();
  const claims = JSON.parse(Buffer.from(object.split('.')[1]!, 'base64url').toString());
  const [query] = claims.dcql_query.credentials;
  const token = { [query.id]: [await prove(query.meta.request)] };
  const body = new URLSearchParams({ vp_token: JSON.stringify(token), state: claims.state });
  const { redirect_uri } = await (await fetch(claims.response_uri, { method: 'POST', body })).json();
  return redirect_uri;
}

const link = (page: Page) => page.locator('.open').getAttribute('href') as Promise<string>;

async function redeem(id: string, address: string) {
  const code = new URL(address).searchParams.get('code');
  return site('/sessions/redeem', { id, code });
}

for (const [name, options] of Object.entries({ phone, desk })) {
  for (const language of ['en', 'nl', 'fr', 'ar']) {
    test(`nothing is wrong with it: ${name}, ${language}`, async () => {
      const { page, complaints } = await open(options, { language });
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      // At a desk the code is open, on a telephone the link comes first.
      expect(await page.locator('details').getAttribute('open')).toBe(name === 'desk' ? '' : null);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${language}.png`, fullPage: true });
      await page.locator('details').evaluate((details: HTMLDetailsElement) => { details.open = true; });
      // axe itself brings styles that the page's policy refuses.
      expect(complaints).toEqual([]);
      expect(await faults(page)).toEqual([]);
      expect(await overhang(page)).toBe(0);
      await page.context().close();
    });
  }
}

test('a wallet elsewhere answers, and the page goes on by itself', async () => {
  const { id, page, complaints } = await open(desk);
  const gone = page.waitForRequest((request) => request.url().startsWith(RETURN_TO));
  expect(await answer(await read(await page.content()))).toBeUndefined();
  expect(await redeem(id, (await gone).url())).toMatchObject({ outcome: 'accepted' });
  // Nothing of the visit stays behind.
  expect(await page.context().cookies()).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a wallet here answers, and its link goes on', async () => {
  const { id, page } = await open(phone);
  const status = page.getByRole('status');
  expect(await page.context().cookies()).toHaveLength(1);
  const on = await answer(await link(page));
  await expect.poll(() => status.textContent(), { timeout: 10_000 }).toContain('Continue in your wallet');
  const gone = page.waitForRequest((request) => request.url().startsWith(RETURN_TO));
  // Where the service leads, nobody answers.
  await page.goto(on!).catch(() => undefined);
  expect(await redeem(id, (await gone).url())).toMatchObject({ outcome: 'accepted' });
});

test('whoever has no script goes on as well', async () => {
  const { page } = await open({ ...desk, javaScriptEnabled: false });
  await page.locator('summary').click();
  await page.getByRole('img', { name: 'QR code for your wallet' }).waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/no-script.png`, fullPage: true });
  expect(await page.content()).toContain('http-equiv="refresh"');
});
