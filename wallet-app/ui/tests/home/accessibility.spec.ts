import type { Page } from '@playwright/test';
import { faultsIn, overhang, settled } from '@glimpse/ui/testing/axe.ts';
import { expect, test, type Holder } from '../world.ts';

/** Goes to every screen of cards and care, and stops at each. Nothing is found by its words: they are in four languages. */
async function walk(holder: Holder, stop: (name: string) => Promise<void>): Promise<void> {
  const { page } = holder;
  const heading = page.getByRole('heading', { level: 1 });
  await holder.begin('none');
  await page.locator('main .row button').last().click();
  await expect(page.locator('input[type=file]')).toBeAttached();
  await stop('the file of a backup');
  await page.locator('input[type=file]').setInputFiles({ name: 'cards.age', mimeType: 'application/octet-stream', buffer: Buffer.from('age') });
  await page.locator('.stack > .primary').click();
  await page.locator('#words').fill('harbour lamp');
  await stop('the words of a backup');
  await page.locator('form .primary').click();
  await expect(page.locator('#fresh')).toBeVisible();
  await stop('a PIN for this device');
  await holder.opened('empty');
  await stop('no cards');
  await holder.paste((await holder.world.tell<{ text: string }>('trust')).text);
  await expect(page.locator('dd.nums')).toBeVisible();
  await stop('a new list of offices');
  await holder.opened('cards');
  await stop('the stack');
  await page.locator('.under .primary').click();
  await expect(page.locator('[aria-pressed]')).toBeVisible();
  await stop('a card');
  await page.locator('[aria-pressed]').click();
  await stop('a card that is uncovered');
  await page.locator('button.danger').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await stop('removing a card');
  await page.keyboard.press('Escape');
  await page.locator('#lost + p + button').click();
  await expect(page.locator('.paper .code')).toBeVisible();
  await stop('the sheet');
  const ways = ['backup', 'renewal', 'who is known', 'the PIN', 'about', 'deleting'];
  for (const [at, name] of ways.entries()) {
    await page.locator('nav .settings button').click();
    if (at === 0) {
      await expect(page.locator('#lock-after')).toBeVisible();
      await stop('settings');
    }
    await page.locator('main ul button').nth(at).click();
    await expect(heading).toBeFocused();
    await stop(name);
    if (name !== 'backup') continue;
    await page.locator('main .primary').click();
    await expect(page.locator('main ol li').first()).toBeVisible();
    await stop('the words');
    await page.locator('main .primary').click();
    await page.locator('form .primary').click();
    await stop('the check of the words');
  }
}

const sized = (page: Page, width: number): Promise<void> => page.setViewportSize({ width, height: 850 });

for (const [device, width] of [['phone', 390], ['desk', 1280]] as const) {
  test(`cards and their care are for everybody, light, dark and in high contrast, on a ${device}`, async ({ holder, page }) => {
    test.setTimeout(180_000);
    await sized(page, width);
    await walk(holder, async (name) => {
      // What lies under the bar at the foot can be scrolled out from there.
      await settled(page);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      expect.soft(await faultsIn(page, ['light', 'dark', 'contrast']), `${name}, ${device}`).toEqual([]);
      expect.soft(await overhang(page), `${name} sticks out`).toBeLessThanOrEqual(0);
    });
  });
}

for (const language of ['ar', 'fr'] as const) {
  test(`cards and their care fit 320 pixels in ${language}, and all of it is large enough to hit`, async ({ holder, page }) => {
    test.setTimeout(180_000);
    await page.addInitScript((tag) => localStorage.setItem('glimpse-language', tag), language);
    await sized(page, 320);
    await walk(holder, async (name) => {
      expect.soft(await page.locator('html').getAttribute('dir'), name).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect.soft(await overhang(page), `${name} sticks out`).toBeLessThanOrEqual(0);
      const small = await page
        .locator('main :is(button, .button, input:not([type=checkbox], [type=radio], [hidden], .unseen), select, summary)')
        .evaluateAll((all) => all.filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 120)));
      expect.soft(small, name).toEqual([]);
    });
  });
}
