import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dark, film } from './camera.ts';
import { expect, test } from './world.ts';

/** What this worker's camera sees. */
const FILM = join(tmpdir(), `glimpse-film-${process.pid}.y4m`);
dark(FILM);

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, args: [...(launchOptions.args ?? []), `--use-file-for-fake-video-capture=${FILM}`] });
  },
});

test('a browser’s own camera reads the wallet’s screen in a hand that does not hold it straight', async ({ clerk, page }) => {
  await clerk.ready();
  await page.goto('/#settings');
  await page.locator('#camera').uncheck();
  await page.goto('/#choose');
  await clerk.choose();
  await film(FILM, await clerk.answered());
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(page.locator('.verdict dd')).toHaveText(['Rivermouth']);
});
