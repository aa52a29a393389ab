import { expect, test } from './world.ts';

const YEAR = 365 * 86_400_000;

test('codes of others, and of other kinds, say what they are', async ({ clerk, page, town }) => {
  await clerk.ready();
  await clerk.choose();
  await clerk.paste('https://example.org/menu');
  await expect(page.getByText('This is not a code of Glimpse')).toBeVisible();
  await clerk.paste(await clerk.question());
  await expect(page.getByText('This is a counter’s question, not an answer')).toBeVisible();
  await clerk.paste((await town.texts('trust')).join('\n'));
  await expect(page.getByText('This is a trust list.')).toBeVisible();
  await expect(clerk.code).toBeVisible();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
});

test('an answer that was changed is refused', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  const [answer = ''] = await clerk.answered();
  const at = Math.floor(answer.length / 2);
  await clerk.paste(answer.slice(0, at) + (answer[at] === 'A' ? 'B' : 'A') + answer.slice(at + 1));
  // A changed letter is noticed by the text's own check, or by the proof.
  await expect(page.getByText('This is not a code of Glimpse').or(clerk.verdict('Refused'))).toBeVisible();
  await expect(clerk.verdict('Accepted')).toHaveCount(0);
});

test('a clock that is a year behind checks nothing, and is asked about', async ({ clerk, page }) => {
  await clerk.ready();
  await page.clock.install({ time: Date.now() - YEAR });
  await page.reload();
  await expect(page.getByText(/This device’s clock says .+ Is that right\?/)).toBeVisible();
  await page.locator('a.enamel').click();
  await expect(page.getByText(/This device’s clock (is behind|was set back)/)).toBeVisible();
  await expect(clerk.code).toHaveCount(0);
});

test('a clock that was ahead once and is right now: the clerk drops what was asked, and only that', async ({ clerk, page }) => {
  const now = Date.now();
  const then = now + 5 * 86_400_000;
  await page.clock.install({ time: then });
  await clerk.ready();
  await clerk.choose();
  const early = (await clerk.answered({ at: Math.floor(then / 1000) + 5 })).join('\n');
  await page.clock.install({ time: now });
  await page.goto('/#choose');
  await page.reload();
  await expect(page.getByText('If the clock is right now, it was ahead then.')).toBeVisible();
  await page.locator('a.enamel').click();
  await expect(page.getByText('This device’s clock was set back')).toBeVisible();
  await page.getByRole('button', { name: 'Forget what was asked' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The codes that were shown and the posters no longer count');
  await dialog.getByRole('button', { name: 'Forget what was asked' }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste(early);
  await expect(page.getByText('This answers another counter’s question')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
});

test('a clock that is a year ahead checks nothing: the list is over', async ({ clerk, page }) => {
  await clerk.ready();
  await page.clock.install({ time: Date.now() + YEAR });
  await page.reload();
  await expect(page.getByText(/This device’s clock says .+ Is that right\?/)).toBeVisible();
  await expect(page.getByText('The trust list is over.')).toBeVisible();
  await page.locator('a.enamel').click();
  await expect(page.getByText('This counter’s trust list is over')).toBeVisible();
});

test('a clock that jumped is asked about, and the clerk’s word counts', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  await page.clock.install({ time: Date.now() + 80 * 86_400_000 });
  await page.goto('/#choose');
  await page.reload();
  await expect(page.getByText(/This device’s clock says/)).toBeVisible();
  await expect(page.getByText('The trust list ends soon.')).toBeVisible();
  await page.getByRole('button', { name: 'The clock is right' }).click();
  await expect(page.getByText(/This device’s clock says/)).toHaveCount(0);
});

test('the time of a code runs out, and a late answer is refused', async ({ clerk, page }) => {
  await page.clock.install();
  await clerk.ready();
  await clerk.choose();
  const answer = (await clerk.answered()).join('\n');
  await page.clock.fastForward(125_000);
  await expect(page.getByText('The time for this code is over')).toBeVisible();
  await clerk.paste(answer);
  await expect(clerk.verdict('Refused')).toBeFocused();
  await expect(page.getByText('The time for this answer is over')).toBeVisible();
});

test('without room on the device no verdict is shown', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  const answer = (await clerk.answered()).join('\n');
  // A full disk, as the browser reports it: whatever was written is taken back.
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
    Object.assign(globalThis, { room: () => (IDBObjectStore.prototype.put = put) });
  });
  await clerk.paste(answer);
  await expect(page.getByText('There is no room left on this device')).toBeVisible();
  await expect(clerk.verdict('Accepted')).toHaveCount(0);
  await expect(page.getByText('Rivermouth', { exact: true })).toHaveCount(0);
  await page.evaluate(() => (globalThis as unknown as { room: () => void }).room());
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
});

test('a browser that keeps nothing says so', async ({ page }) => {
  await page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException('', 'SecurityError');
    };
  });
  await page.goto('/');
  await expect(page.getByText('This browser keeps nothing for the counter')).toBeVisible();
});

test('one window at a time: the second waits, and goes on when the first is closed', async ({ clerk, page, context }) => {
  await clerk.ready();
  const second = await context.newPage();
  await second.goto('/');
  await expect(second.getByText('The counter is open in another window')).toBeVisible();
  await page.close();
  await expect(second.locator('a.enamel')).toBeVisible();
});

test('where no camera can be used, it says why, and what does as well', async ({ clerk, page }) => {
  await page.addInitScript(() => {
    let tried = 0;
    const names = ['NotAllowedError', 'NotReadableError', 'NotFoundError'];
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', names[tried++]));
  });
  await clerk.ready();
  await clerk.choose();
  await expect(page.getByText('The camera is not allowed here. Allow it')).toBeVisible();
  await expect(page.locator('#text')).toBeVisible();
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByText('Another program has the camera')).toBeVisible();
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByText('The camera cannot be used here')).toBeVisible();
});
