import { expect, test } from './world.ts';

test('a card is received online: asked first, with the code from the office', async ({ holder, page, world }) => {
  await holder.opened('empty');
  const { link, code } = await world.offer();
  await holder.paste(link);
  await expect(page.getByRole('heading', { level: 1, name: /^Ask .+ for your card\?$/ })).toBeFocused();
  await expect(page.getByText('Nothing was sent yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'City of Rivermouth has a card for you' })).toBeFocused();
  await expect(page.getByText('Resident card')).toBeVisible();

  const field = page.getByLabel('Code from the office');
  await page.getByRole('button', { name: 'Get the card' }).click();
  await expect(page.getByText(/The code has \d+ characters/)).toBeVisible();
  await expect(field).toBeFocused();
  await field.fill(code.replace(/./g, (digit) => String((Number(digit) + 1) % 10)));
  await page.getByRole('button', { name: 'Get the card' }).click();
  await expect(page.getByRole('alert')).toContainText('That code is not right');
  await field.fill(code);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Your card is here' })).toBeFocused();
  await expect(page.getByRole('article', { name: 'Resident card' })).toBeVisible();
  await page.getByRole('button', { name: 'To my cards' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('a pasted link is not left in the clipboard', async ({ context, holder, page, world }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await holder.opened('empty');
  await page.evaluate((text) => navigator.clipboard.writeText(text), (await world.offer()).link);
  await page.keyboard.press('Control+V');
  await expect(page.getByRole('heading', { level: 1, name: /^Ask .+ for your card\?$/ })).toBeFocused();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('');
});

test('an offer that is not wanted leaves nothing behind', async ({ holder, page, world }) => {
  await holder.opened('empty');
  await holder.paste((await world.offer()).link);
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeVisible();
});

test('where the office has to agree first, the wallet says so and nobody has to wait', async ({ holder, page, world }) => {
  await holder.opened('empty');
  const { link, code } = await world.offer(true);
  await holder.paste(link);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByLabel('Code from the office').fill(code);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'The office still has to agree' })).toBeFocused();
  await page.getByRole('button', { name: 'Ask again now' }).click();
  await expect(page.getByText('Not yet.')).toBeVisible();
  await page.getByRole('button', { name: 'To my cards' }).click();
  await expect(page.getByRole('navigation').getByRole('button', { name: 'Cards' })).toHaveAttribute('aria-current', 'page');
});

test('a card is received at the desk, by two codes and no network', async ({ holder, page, world }) => {
  await holder.opened('empty');
  await holder.paste((await world.tell<{ text: string }>('desk')).text);
  await expect(page.getByRole('heading', { level: 1, name: 'City of Rivermouth has a card for you' })).toBeFocused();
  await page.getByRole('button', { name: 'Show my code' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Show this to the office' })).toBeFocused();
  const png = (await holder.answer()).map((picture) => picture.toString('base64'));
  const { text } = await world.tell<{ text: string }>('issue', { png });
  await page.getByRole('button', { name: 'Scan their code' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Now scan the office’s code' })).toBeFocused();
  await page.getByLabel('Paste a link or text').fill(text);
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your card is here' })).toBeFocused();
  await expect(page.getByRole('article', { name: 'Resident card' })).toBeVisible();
});
