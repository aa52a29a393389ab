import type { Page } from '@playwright/test';
import { faultsIn, overhang } from '@glimpse/ui/testing/axe.ts';
import { expect, test, type Clerk } from './world.ts';

const sized = (page: Page, width: number): Promise<void> => page.setViewportSize({ width, height: 850 });

/** Every screen once. */
async function walk(clerk: Clerk, stop: (name: string) => Promise<void>): Promise<void> {
  const { page, town } = clerk;
  await page.goto('/');
  await expect(page.locator('#name')).toBeVisible();
  await stop('the name');
  await clerk.make();
  await stop('the steps');
  await page.goto('/#load');
  await expect(page.locator('#text')).toBeVisible();
  await stop('loading');
  await clerk.load(await town.texts('trust'));
  await expect(page.locator('#key-0')).toBeVisible();
  await stop('a first list');
  await page.locator('#key-0').check();
  await page.locator('#key-1').check();
  await page.locator('.danger').click();
  await expect(page.locator('.notice.good')).toBeVisible();
  await stop('a list taken');
  await clerk.load(await town.texts('policy'));
  await expect(page.locator('pre')).toBeAttached();
  await stop('a policy');
  await page.locator('.row .primary').click();
  await expect(page.locator('.notice.good')).toBeVisible();
  for (const place of ['choose', 'card', 'trust', 'policies', 'settings', 'kiosk', 'log']) {
    await page.goto(`/#${place}`);
    await expect(page.locator('h1')).toBeFocused();
    await stop(place);
  }
  await page.goto('/#choose');
  await clerk.choose();
  await stop('asking');
  const answer = (await clerk.answered()).join('\n');
  await clerk.paste(answer);
  await expect(page.locator('.verdict.accepted')).toBeVisible();
  await stop('accepted');
  await page.locator('.foot .primary').click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste(answer);
  await expect(page.locator('.verdict.refused')).toBeVisible();
  await stop('refused');
  await page.goto('/#log');
  await expect(page.locator('table')).toBeVisible();
  await stop('the log');
}

for (const [device, width] of [['phone', 390], ['desk', 1280]] as const) {
  test(`the counter is for everybody, light, dark and in high contrast, on a ${device}`, async ({ clerk, page }) => {
    test.setTimeout(120_000);
    await sized(page, width);
    await walk(clerk, async (name) => {
      expect.soft(await faultsIn(page, ['light', 'dark', 'contrast']), `${name}, ${device}`).toEqual([]);
      expect.soft(await overhang(page), `${name} sticks out`).toBeLessThanOrEqual(0);
    });
  });
}

for (const tongue of ['ar', 'fr'] as const) {
  test(`the counter fits 320 pixels in ${tongue}, and all of it is large enough to hit`, async ({ clerk, page }) => {
    test.setTimeout(120_000);
    await page.addInitScript((tag) => localStorage.setItem('glimpse-language', tag), tongue);
    await sized(page, 320);
    await walk(clerk, async (name) => {
      expect.soft(await page.locator('html').getAttribute('dir'), name).toBe(tongue === 'ar' ? 'rtl' : 'ltr');
      expect.soft(await overhang(page), `${name} sticks out`).toBeLessThanOrEqual(0);
      const small = await page
        .locator(':is(button, .button, nav a, main a, input:not([type=checkbox], [hidden]), textarea, select, summary)')
        .evaluateAll((all) => all.filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 44 && !one.matches('.skip')).map((one) => one.outerHTML.slice(0, 120)));
      expect.soft(small, name).toEqual([]);
    });
  });
}

test('with letters twice as large a verdict begins with its word', async ({ clerk, page }) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  await clerk.ready();
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('html { font-size: 200% }');
    document.adoptedStyleSheets = [sheet];
  });
  await clerk.choose();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(clerk.verdict('Accepted')).toBeInViewport({ ratio: 1 });
  await page.locator('.foot .primary').scrollIntoViewIfNeeded();
  await expect(page.locator('.foot .primary')).toBeInViewport({ ratio: 1 });
});

test('a check is done by the keyboard alone', async ({ clerk, page }) => {
  await clerk.ready();
  await expect(clerk.heading('What do you want to check?')).toBeFocused();
  const tabTo = async (name: string | RegExp): Promise<void> => {
    for (let i = 0; i < 20; i += 1) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => document.activeElement?.textContent ?? '');
      if (typeof name === 'string' ? here.includes(name) : name.test(here)) return;
    }
    throw new Error(`the keyboard does not come to ${String(name)}`);
  };
  await tabTo('Over 18 and city');
  await page.keyboard.press('Enter');
  await expect(clerk.code).toBeVisible();
  const answer = (await clerk.answered()).join('\n');
  await tabTo('Other ways');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.locator('#text')).toBeFocused();
  await page.keyboard.insertText(answer);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(clerk.code).toBeVisible();
});
