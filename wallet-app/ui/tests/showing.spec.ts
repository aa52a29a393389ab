import { expect, test } from './world.ts';

test('a request is reviewed and answered, the counter reads the code, and the history keeps it', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.asked('over18');
  await expect(page.getByText('On your list of who may ask')).toBeVisible();
  await expect(page.getByText('To sell you medicine')).toBeVisible();
  const shared = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Only the following will be shared' }) });
  await expect(shared).toContainText('Shows that you are 18 or older');
  await expect(shared).toContainText('Your date of birth is not shared.');
  await expect(shared).toContainText('Rivermouth');
  await expect(shared).toContainText(/City of Rivermouth gave you this card, and that it was last renewed on \d+ \w+ \d{4}/);
  const kept = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Stays with you' }) });
  for (const name of ['Given name', 'Family name', 'Date of birth', 'District', 'Resident number']) await expect(kept.getByText(name, { exact: true })).toBeVisible();
  await expect(kept.getByText('City', { exact: true })).toHaveCount(0);

  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const verdict = await world.check(await holder.answer());
  expect(verdict.accepted, verdict.said).toBe(true);
  await expect(page.getByRole('timer')).toContainText('Good for another');
  await page.getByRole('button', { name: 'Done' }).click();

  await holder.go('History');
  await expect(page.getByRole('heading', { level: 2, name: 'Today' })).toBeVisible();
  await page.getByRole('button', { name: /Corner Pharmacy/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Receipt' })).toBeFocused();
  await expect(page.getByText('City, as written on your card')).toBeVisible();
  await expect(page.getByText('Shows that you are 18 or older')).toBeVisible();
  await page.getByRole('button', { name: 'Forget this' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget this' }).click();
  await expect(page.getByText('Nothing yet')).toBeVisible();
});

test('an answer of many codes is read from each of them', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.asked('both');
  await expect(page.getByText('From your Clinic card').first()).toBeVisible();
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const verdict = await world.check(await holder.answer());
  expect(verdict.accepted, verdict.said).toBe(true);
});

test('somebody whom nobody knows is not dressed as somebody', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.asked('unknown');
  await expect(page.getByText('Nobody vouches for this name')).toBeVisible();
  await expect(page.getByText('The wallet does not know who this is')).toBeVisible();
  await expect(page.getByText('Purpose as they name it')).toBeVisible();
});

test('more than is registered, and what few people have, is said', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.asked('name');
  await expect(page.getByText('They ask for more than they registered for')).toBeVisible();
  await expect(page.getByText('Few people have your given name and family name')).toBeVisible();
});

test('questions that narrow something down are counted aloud', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.asked('over18');
  await expect(page.getByText('different answers')).toHaveCount(0);
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await holder.answer();
  await holder.asked('over21');
  await expect(page.getByText('they will have had 2 different answers about your date of birth')).toBeVisible();
});

test('who does not share leaves nothing behind', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.asked('over18');
  await page.getByRole('button', { name: 'Don’t share' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeVisible();
  await holder.go('History');
  await expect(page.getByText('Nothing yet')).toBeVisible();
});

test('what cannot be answered says why', async ({ holder, page }) => {
  await holder.opened('empty');
  await holder.asked('over18');
  await expect(page.getByText('You do not have a card that it could be answered with')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Share', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeVisible();
});

test('a review is read and answered by the keyboard alone, and no key answers by accident', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.asked('over18');
  for (const key of ['Enter', 'Space', 'Enter']) await page.keyboard.press(key);
  await expect(page.getByRole('heading', { level: 1, name: /asks you/ })).toBeVisible();
  const share = page.getByRole('button', { name: 'Share', exact: true });
  const dont = page.getByRole('button', { name: 'Don’t share' });
  const [a, b] = [await share.boundingBox(), await dont.boundingBox()];
  expect(Math.abs((a?.width ?? 0) - (b?.width ?? 1))).toBeLessThan(1);
  expect(a?.height).toBe(b?.height);
  await page.waitForTimeout(500);
  await page.keyboard.press('Tab');
  await expect(dont).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(share).toBeFocused();
  await page.keyboard.press('Enter');
  expect((await world.check(await holder.answer())).accepted).toBe(true);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Done' })).toBeFocused();
});

test('Escape and the system’s back leave a review', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.asked('over18');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeFocused();
  await holder.asked('over18');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeFocused();
  expect(new URL(page.url()).pathname).toBe('/');
});

test('a site is asked what it asks only on the holder’s word, and has the answer by network', async ({ holder, page, world }) => {
  await holder.opened('cards');
  const { link } = await world.tell<{ link: string }>('visit', { policy: 'over18' });
  await holder.paste(link);
  await expect(page.getByRole('heading', { level: 1, name: /^Hear what .+ asks\?$/ })).toBeFocused();
  await expect(page.getByText('Nothing was sent yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Corner Pharmacy asks you' })).toBeFocused();
  await expect(page.getByText(/Your answer goes to .+ over the internet/)).toBeVisible();
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your answer has arrived' })).toBeFocused();
  await expect(page.getByRole('heading', { level: 2, name: 'Go on at pharmacy.example' })).toBeVisible();
  const heard = await world.tell<{ accepted: boolean; said: string }>('heard');
  expect(heard.accepted, heard.said).toBe(true);
  await page.getByRole('button', { name: 'To the history' }).click();
  await page.getByRole('button', { name: /Corner Pharmacy/ }).click();
  await expect(page.getByText('Over the internet')).toBeVisible();
});
