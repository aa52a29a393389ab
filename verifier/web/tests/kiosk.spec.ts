import { expect, test, type Clerk } from './world.ts';

async function lock(clerk: Clerk): Promise<void> {
  const { page } = clerk;
  await page.goto('/#kiosk');
  await page.locator('#pin').fill('493817');
  await page.locator('#again').fill('493817');
  await expect(page.getByRole('button', { name: 'Leave the kiosk' })).toBeVisible();
}

async function locked(clerk: Clerk): Promise<void> {
  await clerk.ready();
  await lock(clerk);
  await expect(clerk.code).toBeVisible();
}

test('a kiosk asks, checks and begins anew by itself', async ({ clerk, page }) => {
  await page.clock.install();
  await locked(clerk);
  await expect(page.locator('nav')).toHaveCount(0);
  const first = await clerk.question();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.clock.fastForward(16_000);
  await expect(clerk.code).toBeVisible();
  const second = await clerk.question();
  expect(second).not.toBe(first);
  // Nobody asks it for a new code when the time of this one is over.
  await page.clock.fastForward(125_000);
  await expect.poll(() => clerk.question()).not.toBe(second);
});

test('leaving a kiosk needs its PIN, and no address or reload goes round it', async ({ clerk, page }) => {
  await locked(clerk);
  await page.goto('/#settings');
  await page.reload();
  await expect(clerk.code).toBeVisible();
  await expect(page.locator('#clear')).toHaveCount(0);
  await page.getByRole('button', { name: 'Leave the kiosk' }).click();
  await page.locator('#leave').fill('000000');
  await expect(page.getByText('Wrong PIN')).toBeVisible();
  for (let i = 0; i < 4; i += 1) {
    await expect(page.locator('#leave')).toBeEnabled();
    await page.locator('#leave').fill(`11111${i}`);
    await expect(page.locator('#leave')).toHaveValue('');
  }
  await expect(page.getByText(/Too many tries/)).toBeVisible();
  await page.locator('#leave').fill('493817');
  await expect(page.locator('#leave')).toHaveValue('');
  await expect(page.getByText(/Too many tries/)).toBeVisible();
});

test('the right PIN ends a kiosk', async ({ clerk, page }) => {
  await locked(clerk);
  await page.getByRole('button', { name: 'Leave the kiosk' }).click();
  await page.locator('#leave').fill('493817');
  await expect(page.locator('nav')).toBeVisible();
});

test('two PINs that differ start no kiosk', async ({ clerk, page }) => {
  await clerk.ready();
  await page.goto('/#kiosk');
  await page.locator('#pin').fill('493817');
  await page.locator('#again').fill('493818');
  await expect(page.getByText('The two were not the same.')).toBeVisible();
});

test('a verdict does not stay in a kiosk, whatever the desk would have', async ({ clerk, page }) => {
  await page.clock.install();
  await clerk.ready();
  await page.goto('/#settings');
  await page.locator('#clear').selectOption('0');
  await lock(clerk);
  await expect(clerk.code).toBeVisible();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Next' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep it here' })).toHaveCount(0);
  await page.clock.fastForward(16_000);
  await expect(clerk.code).toBeVisible();
});

test('a code that stays half read does not hold a kiosk up', async ({ clerk, page, town }) => {
  await page.clock.install();
  await locked(clerk);
  const first = await clerk.question();
  // A trust list moves: one part of it is the beginning of something that does not come.
  const [part = ''] = await town.texts('trust');
  await clerk.paste(part);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.clock.fastForward(125_000);
  await expect(page.getByText('The time for this code is over')).toBeVisible();
  await page.clock.fastForward(11_000);
  await expect(clerk.code).toBeVisible();
  await expect.poll(() => clerk.question()).not.toBe(first);
});

test('a check that shows a photo starts no kiosk', async ({ clerk, page, town }) => {
  await clerk.ready();
  await clerk.load(await town.texts('policy', { which: 'photo' }));
  await page.locator('.row .primary').click();
  await expect(page.locator('.notice.good')).toBeVisible();
  await page.goto('/#kiosk');
  await expect(page.getByText('somebody has to compare it with a face')).toBeVisible();
  await expect(page.locator('#policy option')).toHaveText(['Over 18 and city']);
  await page.goto('/#policies');
  await page.getByRole('button', { name: 'Remove' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.goto('/#kiosk');
  await expect(page.getByText('Every check shows a photo')).toBeVisible();
  await expect(page.locator('#pin')).toHaveCount(0);
});
