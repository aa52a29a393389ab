import { readFileSync } from 'node:fs';
import { expect, test } from '../world.ts';

test('settings hold at once, and are there after the wallet was locked', async ({ holder, page }) => {
  await holder.opened('empty');
  await holder.go('Settings');
  await page.getByLabel('Lock after').selectOption('10');
  await expect(page.getByText('Saved')).toBeVisible();
  await page.getByLabel('Renew cards by itself').uncheck();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await holder.unlock();
  await holder.go('Settings');
  await expect(page.getByLabel('Lock after')).toHaveValue('10');
  await expect(page.getByLabel('Renew cards by itself')).not.toBeChecked();
});

test('Arabic turns the whole wallet round, and is kept', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.go('Settings');
  await page.getByLabel('Language', { exact: true }).selectOption('ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.getByRole('heading', { level: 1, name: 'الإعدادات' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
});

test('the PIN is changed: the old one no longer opens, the new one does', async ({ holder, page, world }) => {
  await holder.opened('empty');
  const digits = /^\d+$/.test(world.pin);
  const [old, fresh] = [world.pin, digits ? '805274' : 'kettle under seven oaks'];
  const type = async (id: string, text: string): Promise<void> => {
    await page.locator(id).fill(text);
    if (!digits) await page.keyboard.press('Enter');
  };
  const change = async (from: string): Promise<void> => {
    await type('#old', from);
    await type('#fresh', fresh);
    await type('#again', fresh);
  };
  await holder.go('Settings');
  await page.getByRole('button', { name: digits ? 'Change the PIN' : 'Change the passphrase' }).click();
  await change(digits ? '615938' : 'not the right words');
  await expect(page.getByText('That is not it')).toBeVisible();
  await expect(page.locator('#old')).toHaveValue('');
  await change(old);
  await expect(page.getByRole('heading', { level: 1, name: 'It has been changed' })).toBeFocused();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await type('#pin', old);
  await expect(page.getByText('That is not it').first()).toBeVisible();
  world.pin = fresh;
  await holder.unlock();
});

test('a backup’s words are asked for again, and get the cards back on another device', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await page.getByRole('button', { name: 'Make a backup' }).click();
  await page.getByRole('button', { name: 'Make a backup' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your words' })).toBeFocused();
  const words = await page.locator('main ol li').evaluateAll((all) => all.map((li) => li.lastChild?.textContent?.trim() ?? ''));
  expect(words.length).toBeGreaterThanOrEqual(8);
  const file = readFileSync(await page.locator('section .mono').innerText());

  await page.getByRole('button', { name: 'I have written them down' }).click();
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('That is another word').first()).toBeVisible();
  for (const field of await page.getByRole('textbox').all()) {
    const place = Number(/\d+/.exec(await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? ''))?.[0]);
    await field.fill(` ${(words[place - 1] ?? '').toUpperCase()} `);
  }
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your backup is ready' })).toBeFocused();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('There is no backup yet')).toHaveCount(0);

  await holder.begin('none');
  await page.getByRole('button', { name: 'I have a backup' }).click();
  await page.locator('input[type=file]').setInputFiles({ name: 'cards.age', mimeType: 'application/octet-stream', buffer: file });
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('#words').fill([...words].reverse().join(' '));
  await page.getByRole('button', { name: 'Go on' }).click();
  const digits = /^\d+$/.test(world.pin);
  const pin = async (): Promise<void> => {
    for (const id of ['#fresh', '#again']) {
      await page.locator(id).fill(world.pin);
      if (!digits) await page.keyboard.press('Enter');
    }
  };
  await pin();
  await expect(page.getByText('The words and the backup do not fit together')).toBeVisible();
  await page.locator('#words').fill(words.map((word, i) => `${i + 1}. ${word.toUpperCase()}`).join('\n'));
  await page.getByRole('button', { name: 'Go on' }).click();
  await pin();
  await expect(page.getByRole('heading', { level: 1, name: 'Your cards are back' })).toBeFocused();
  await page.getByRole('button', { name: 'To my cards' }).click();
  await expect(page.locator('button[data-card]')).toHaveCount(2);
  await expect(page.getByText('Your cards wait for their offices')).toBeVisible();
  await expect(page.getByRole('button', { name: /Waits for its office$/ })).toHaveCount(2);
});

test('the sheet for a lost telephone has a code and no name', async ({ holder, page }) => {
  await holder.opened('cards');
  const card = page.getByRole('button', { name: /^Resident card/ });
  if ((await card.getAttribute('aria-expanded')) === 'false') await card.press('Enter');
  await page.getByRole('button', { name: 'Open this card' }).click();
  await page.getByRole('button', { name: 'Sheet for when it is lost' }).click();
  const paper = page.getByRole('article', { name: 'If my telephone is lost' });
  await expect(paper).toContainText('Call or visit City of Rivermouth.');
  await expect(paper.locator('.code span').first()).toHaveText(/^.{4}$/);
  await expect(paper).not.toContainText('Belongs to');
  await page.getByLabel('Put a name on the sheet').check();
  await page.getByLabel('Name', { exact: true }).fill('Mila Novak');
  await expect(paper).toContainText('Mila Novak');
  await page.emulateMedia({ media: 'print' });
  await expect(paper).toBeVisible();
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
});

test('everything is deleted after a word and the PIN, and not before', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.go('Settings');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await page.locator('#pin').fill(world.pin);
  await page.getByRole('button', { name: 'Delete everything now' }).click();
  await expect(page.getByText('Type the word “delete” to go on')).toBeVisible();
  await page.locator('#word').fill('Delete');
  await page.locator('#pin').fill(/^\d+$/.test(world.pin) ? '615938' : 'not the right words');
  await page.getByRole('button', { name: 'Delete everything now' }).click();
  await expect(page.getByText('That is not it')).toBeVisible();
  await page.locator('#pin').fill(world.pin);
  await page.getByRole('button', { name: 'Delete everything now' }).click();
  await expect(page.getByRole('button', { name: 'I have a backup' })).toBeVisible();
});
