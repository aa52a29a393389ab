import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { Clerk, expect, test } from './world.ts';

const KINDS: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** A server of files and nothing else, that can be switched off; in a folder of its own, as anywhere. */
async function serve(): Promise<{ url: string; asked: string[]; stop: () => Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/desk\//, '').replace(/\?.*$/, '') || 'index.html';
    asked.push(path);
    try {
      const body = readFileSync(join('dist', path));
      response.writeHead(200, { 'Content-Type': KINDS[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${port}/desk/`, asked, stop };
}

test('after the first load there is no network: reload, ask, check, in another language', async ({ browser, town }) => {
  const server = await serve();
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.goto('./');
  await expect(page.locator('#name')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');

  await server.stop();
  await context.setOffline(true);
  await page.reload();
  const clerk = new Clerk(page, town, server.url);
  await clerk.ready();
  await clerk.choose();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.reload();
  await expect(clerk.code).toBeVisible();
  // A language that was never looked at before the network went.
  await page.goto(`${server.url}#settings`);
  await page.locator('select').nth(1).selectOption('fr');
  await expect(page.getByRole('heading', { level: 1, name: 'Réglages' })).toBeVisible();
  await context.close();
});

test('the page is an app: a manifest with its icons, and it fetches nothing from elsewhere', async ({ page, town }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(town.url)) elsewhere.push(request.url());
  });
  await page.goto('/');
  await expect(page.locator('#name')).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  const { errors } = (await devtools.send('Page.getAppManifest')) as { errors: unknown[] };
  expect(errors).toEqual([]);
  const { installabilityErrors } = (await devtools.send('Page.getInstallabilityErrors')) as { installabilityErrors: { errorId: string }[] };
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  expect(elsewhere.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([]);
});
