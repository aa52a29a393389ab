import type { Page } from '@playwright/test';
import { faultsIn, overhang } from '@glimpse/ui/testing/axe.ts';
import { expect, test, type Holder } from './world.ts';

const WIDTHS = { phone: 390, desk: 1280 } as const;

/** Walks through every screen of the flows, and stops at each. */
async function walk(holder: Holder, stop: (name: string) => Promise<void>): Promise<void> {
  const { page, world } = holder;
  await holder.begin('none');
  await stop('welcome');
  await page.locator('button.primary').click();
  await expect(page.locator('#fresh')).toBeVisible();
  await stop('choosing a PIN');
  await holder.begin('cards');
  await stop('the lock');
  await holder.unlock();
  await page.locator('nav .scan button').click();
  await expect(page.locator('#link')).toBeVisible();
  await stop('scanning');
  await holder.paste('nothing of ours');
  await expect(page.getByRole('alert')).toBeVisible();
  await stop('scanning what is nothing');
  for (const policy of ['over18', 'unknown', 'name', 'both'] as const) {
    await holder.paste((await world.ask(policy)).text);
    await expect(page.locator('.ticket')).toBeVisible();
    await stop(`a review: ${policy}`);
  }
  await page.waitForTimeout(500);
  await page.locator('.pair .primary').click();
  await expect(page.locator('figure svg').first()).toBeVisible();
  await stop('an answer that moves');
  await page.locator('.under .primary').click();
  await page.locator('nav .history button').click();
  await expect(page.locator('main li').first()).toBeVisible();
  await stop('the history');
  await page.locator('main li button').first().click();
  await expect(page.locator('.ticket')).toBeVisible();
  await stop('a receipt');
  const { link, code } = await world.offer();
  await holder.paste(link);
  await expect(page.locator('.pair')).toBeVisible();
  await stop('an offer');
  await page.locator('.pair .primary').click();
  await expect(page.locator('#code')).toBeVisible();
  await stop('what is offered');
  await page.locator('#code').fill(code);
  await page.keyboard.press('Enter');
  await expect(page.locator('.faces')).toBeVisible();
  await stop('a card that came');
}

const sized = (page: Page, width: number, height = 850): Promise<void> => page.setViewportSize({ width, height });

/** The whole screen at once: what stands half behind the bar at the bottom is reached by scrolling. */
async function whole(page: Page, width: number): Promise<void> {
  await sized(page, width, await page.evaluate(() => Math.max(850, document.documentElement.scrollHeight)));
}

for (const [device, width] of Object.entries(WIDTHS)) {
  test(`every screen is for everybody, light and dark, on a ${device}`, async ({ holder, page }) => {
    test.setTimeout(180_000);
    await sized(page, width);
    await walk(holder, async (name) => {
      await whole(page, width);
      expect.soft(await faultsIn(page, ['light', 'dark']), `${name}, ${device}`).toEqual([]);
      await sized(page, width);
      expect.soft(await overhang(page), `${name} sticks out`).toBeLessThanOrEqual(0);
    });
  });
}

for (const language of ['ar', 'fr'] as const) {
  test(`nothing is cut off at 320 pixels in ${language}, and all of it is large enough to hit`, async ({ holder, page }) => {
    test.setTimeout(180_000);
    await page.addInitScript((tag) => localStorage.setItem('glimpse-language', tag), language);
    await sized(page, 320);
    await walk(holder, async (name) => {
      expect.soft(await page.locator('html').getAttribute('dir'), name).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect.soft(await overhang(page), `${name} sticks out`).toBeLessThanOrEqual(0);
      const small = await page.locator('main :is(button, .button, input:not([type=checkbox], [type=radio], [hidden]), select, summary)').evaluateAll((all) =>
        all.filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 120)),
      );
      expect.soft(small, name).toEqual([]);
    });
  });
}

test('with forced colours the sign, the ticket and the code are still there', async ({ holder, page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await holder.opened('cards');
  await holder.asked('over18');
  const border = await page.locator('header .sign').evaluate((sign) => getComputedStyle(sign).borderTopStyle);
  expect(border).toBe('double');
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  expect((await holder.world.check(await holder.answer())).accepted).toBe(true);
});
