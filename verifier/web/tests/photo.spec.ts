import { expect, test, type Clerk } from './world.ts';

/** A card's photo is asked for, and a wallet shows it. */
async function shown(clerk: Clerk, holder: 'ada' | 'tom', toml?: (photo: string) => string): Promise<void> {
  const { page, town } = clerk;
  await clerk.ready();
  const { toml: photo } = await town.tell<{ toml: string }>('policy', { which: 'photo' });
  await clerk.load([toml ? toml(photo) : photo]);
  await page.locator('.row .primary').click();
  await expect(page.locator('.notice.good')).toBeVisible();
  await page.goto('/#choose');
  await page.getByRole('link', { name: /Member/ }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste((await clerk.answered({ holder })).join('\n'));
}

const QUESTION = 'Is this the person?';

test('the photo is compared before anything is accepted', async ({ clerk, page }) => {
  await shown(clerk, 'ada');
  await expect(clerk.heading(QUESTION)).toBeFocused();
  expect(await page.locator('.verdict img').evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight])).toEqual([120, 150]);
  await expect(clerk.verdict('Accepted')).toHaveCount(0);
  await page.getByRole('button', { name: 'Yes' }).click();
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(page.locator('img')).toHaveCount(0);
});

test('who is not on the photo is refused', async ({ clerk, page }) => {
  await shown(clerk, 'ada');
  await page.getByRole('button', { name: 'No' }).click();
  await expect(clerk.verdict('Refused')).toBeFocused();
  await expect(page.getByText('The photo shows somebody else')).toBeVisible();
});

test('a photo that nobody compares is not accepted', async ({ clerk, page }) => {
  await page.clock.install();
  await clerk.ready();
  await page.goto('/#settings');
  // A desk whose verdicts stay; a question does not.
  await page.locator('#clear').selectOption('0');
  await clerk.load(await clerk.town.texts('policy', { which: 'photo' }));
  await page.locator('.row .primary').click();
  await expect(page.locator('.notice.good')).toBeVisible();
  await page.goto('/#choose');
  await page.getByRole('link', { name: /Member/ }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.heading(QUESTION)).toBeFocused();
  await page.clock.fastForward(61_000);
  await expect(clerk.verdict('Cannot tell')).toBeFocused();
  await expect(page.getByText('Not accepted: nobody compared the photo')).toBeVisible();
  await expect(page.locator('img')).toHaveCount(0);
});

test('a picture that cannot be shown accepts nobody', async ({ clerk, page }) => {
  await shown(clerk, 'tom');
  await expect(clerk.verdict('Cannot tell')).toBeFocused();
  await expect(page.getByText('The photo cannot be shown')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Yes' })).toHaveCount(0);
  await page.goto('/#log');
  await expect(page.locator('.chip.warn')).toHaveText('The photo cannot be shown');
});

test('two cards show two photos, and both are compared', async ({ clerk, page }) => {
  await shown(clerk, 'ada', (photo) => photo + photo.slice(photo.indexOf('[[alternative.card]]')));
  await expect(clerk.heading(QUESTION)).toBeFocused();
  await expect(page.locator('.verdict img')).toHaveCount(2);
  await expect(page.getByText('all must show this person')).toBeVisible();
});
