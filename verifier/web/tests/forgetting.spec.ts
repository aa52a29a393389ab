import type { Page } from '@playwright/test';
import { expect, test } from './world.ts';

const NAMES = `
name = { en = "Name" }
purpose = "medicine"
reason = { en = "To write it on the label" }
[[alternative]]
[[alternative.card]]
schema = "resident"
show = ["given_name", "family_name"]
`;

/** Every place of a page in which something can stay: as text, octets as Latin-1. */
const traces = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const text = (value: unknown): string => {
      if (value instanceof Uint8Array) return String.fromCharCode(...value);
      if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, inner]) => `${key}=${text(inner)}`).join(' ');
      return String(value);
    };
    const parts = [document.documentElement.outerHTML, document.title, location.href, text(history.state), text({ ...localStorage }), text({ ...sessionStorage }), document.cookie];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((done) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => done(request.result);
      });
      for (const store of database.objectStoreNames) {
        const values = await new Promise<unknown[]>((done) => {
          const request = database.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => done(request.result);
        });
        parts.push(...values.map(text));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) parts.push(request.url);
    }
    return parts.join('\n');
  });

test('nothing of a person is left when her verdict is gone', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.load([NAMES]);
  await page.locator('.row .primary').click();
  await page.goto('/#choose');
  await page.getByRole('link', { name: /^Name/ }).click();
  await expect(clerk.code).toBeVisible();
  const answer = await clerk.answered();
  await clerk.paste(answer.join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  expect(await traces(page), 'the check itself finds what is there').toContain('Vale');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(clerk.code).toBeVisible();
  const left = await traces(page);
  expect(left).not.toMatch(/\bAda\b/);
  expect(left).not.toContain('Vale');
  expect(left).not.toContain(answer[0]?.slice(10, 40));
  await page.goBack();
  await page.goForward();
  expect(await traces(page)).not.toContain('Vale');
});

test('a verdict clears itself, unless somebody keeps it', async ({ clerk, page }) => {
  await page.clock.install();
  await clerk.ready();
  await clerk.choose();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.clock.fastForward(16_000);
  await expect(clerk.code).toBeVisible();
  await expect(page.getByText('Rivermouth', { exact: true })).toHaveCount(0);

  await clerk.paste((await clerk.answered()).join('\n'));
  await page.getByRole('button', { name: 'Keep it here' }).click();
  await page.clock.fastForward(60_000);
  await expect(clerk.verdict('Accepted')).toBeVisible();
});

test('the log has the check, the verdict and the minute, and goes as a table', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  const answer = (await clerk.answered()).join('\n');
  await clerk.paste(answer);
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste(answer);
  await expect(clerk.verdict('Refused')).toBeFocused();
  await page.goto('/#log');
  await expect(page.getByText('1 of 2 accepted')).toBeVisible();
  await expect(page.locator('.chip.good')).toHaveText('Accepted');
  await expect(page.locator('.chip.bad')).toHaveText('This answer was used already');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await saving).createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toMatch(
    /^time,policy,verdict\r\n\d{4}-\d\d-\d\d \d\d:\d\d,Over 18 and city,accepted\r\n\d{4}-\d\d-\d\d \d\d:\d\d,Over 18 and city,used_already\r\n$/,
  );
  const asked = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Empty the list' }).click();
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('1 of 2 accepted')).toBeVisible();
  await page.getByRole('button', { name: 'Empty the list' }).click();
  await asked.getByRole('button', { name: 'Empty the list' }).click();
  await expect(page.getByText('Nothing was checked today')).toBeVisible();
});

test('the log of yesterday is gone in the morning', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.clock.install({ time: Date.now() + 86_400_000 });
  await page.goto('/#log');
  await page.reload();
  await expect(page.getByText('Nothing was checked today')).toBeVisible();
});
