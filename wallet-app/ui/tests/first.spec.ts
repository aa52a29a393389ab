import { expect, test } from './world.ts';

test('a wallet is made in three steps, and a slip is said kindly', async ({ holder, page, world }) => {
  await holder.begin('none');
  await expect(page.getByText('Step 1 of 3')).toBeVisible();
  await page.getByRole('radio', { name: 'Nederlands' }).check();
  await expect(page.getByRole('button', { name: 'Beginnen' })).toBeVisible();
  await page.getByRole('radio', { name: 'English' }).check();
  await page.getByRole('button', { name: 'Begin' }).click();
  const { pin } = world;
  const digits = /^\d+$/.test(pin);
  const type = async (id: string, text: string): Promise<void> => {
    await page.locator(id).fill(text);
    if (!digits) await page.keyboard.press('Enter');
  };
  await expect(page.getByText('Step 2 of 3')).toBeVisible();
  await type('#fresh', pin);
  await type('#again', pin.split('').reverse().join(''));
  await expect(page.getByText('The two were not the same').first()).toBeVisible();
  await expect(page.locator('#fresh')).toBeFocused();
  if (digits) {
    for (const key of pin) await page.getByRole('button', { name: key, exact: true }).click();
  } else await type('#fresh', pin);
  await type('#again', pin);
  await expect(page.getByRole('heading', { level: 1, name: 'Your wallet is ready' })).toBeFocused();
  await page.getByRole('button', { name: 'Get a card' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeFocused();
});

test('what is too easy or too short is not taken', async ({ holder, page, world }) => {
  await holder.begin('none');
  await page.getByRole('button', { name: 'Begin' }).click();
  if (/^\d+$/.test(world.pin)) {
    await page.locator('#fresh').fill('111111');
    await page.locator('#again').fill('111111');
    await expect(page.getByText('That one is easy to guess').first()).toBeVisible();
  } else {
    await page.locator('#fresh').fill('short');
    await page.keyboard.press('Enter');
    await expect(page.getByText('At least 8 characters, please').first()).toBeVisible();
  }
  await expect(page.locator('#fresh')).toBeFocused();
});

test('the lock says what is wrong, and opens', async ({ holder, page, world }) => {
  await holder.begin('cards');
  await expect(page.locator('#pin')).toBeFocused();
  const digits = /^\d+$/.test(world.pin);
  await page.keyboard.type(digits ? '000000' : 'quite other words');
  if (!digits) await page.keyboard.press('Enter');
  await expect(page.getByText('That is not it').first()).toBeVisible();
  await page.getByRole('button', { name: 'I do not remember it' }).click();
  await expect(page.getByRole('dialog')).toContainText('go to your town hall');
  await page.keyboard.press('Escape');
  await holder.unlock();
  await expect(page.getByRole('navigation').getByRole('button', { name: 'Cards' })).toHaveAttribute('aria-current', 'page');
});

test('a wallet that locks by itself says so, and what was on the screen is gone', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.asked('over18');
  await world.tell('lock');
  await expect(page.getByText('locked itself')).toBeVisible();
  await expect(page.getByText('Corner Pharmacy')).toHaveCount(0);
  await holder.unlock();
  await expect(page.getByRole('heading', { level: 1, name: /asks you/ })).toHaveCount(0);
});
