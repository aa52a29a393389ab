import { expect, test } from './office.ts';

test.use({ called: 'designer' });

test('a registrar makes a kind of card and sees it as the wallet will', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/schemas');
  await page.getByRole('link', { name: 'Make a new kind' }).click();
  const preview = page.getByRole('complementary').getByRole('article');

  await page.getByRole('group', { name: 'Name' }).first().getByRole('textbox').fill('Library card');
  await expect(page.getByLabel('Short code').first()).toHaveValue('library_card');
  await page.getByLabel('Name: Add a language').first().selectOption('nl');
  await page.getByRole('textbox', { name: 'Name, Dutch' }).first().fill('Bibliotheekpas');
  await expect(preview).toContainText('Library card');

  const line = (n: number) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: new RegExp(`^Line ${String(n)}`) }) });
  await line(1).getByRole('textbox', { name: 'Name, English' }).fill('Reader');
  await page.getByRole('button', { name: 'Add a line' }).click();
  await line(2).getByRole('textbox', { name: 'Name, English' }).fill('Valid until');
  await line(2).getByLabel('What it holds').selectOption('date');
  await page.getByRole('button', { name: 'Add a line' }).click();
  await line(3).getByRole('textbox', { name: 'Name, English' }).fill('Branch');
  await line(3).getByLabel('What it holds').selectOption('enumeration');
  await line(3).getByRole('textbox', { name: 'Choice 1, English' }).fill('Harbour');
  await line(3).getByRole('button', { name: 'Add a choice' }).click();
  await line(3).getByRole('textbox', { name: 'Choice 2, English' }).fill('Mills');
  await expect(preview).toContainText('Harbour');
  await expect(preview).toContainText('15 January 2026');

  // By the buttons and by the keyboard alone.
  await page.getByRole('button', { name: 'Move Branch up' }).click();
  await expect(line(2)).toContainText('Branch');
  await expect(page.getByRole('heading', { level: 3, name: 'Line 2: Branch' })).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(line(3)).toContainText('Branch');

  await page.getByRole('button', { name: 'Keep this kind of card' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep this kind of card' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Library card' })).toBeVisible();
  await expect(page.getByText('Harbour, Mills')).toBeVisible();
  await page.getByLabel('Language').selectOption('nl');
  await expect(page.getByRole('heading', { level: 1, name: 'Bibliotheekpas' })).toBeVisible();
});

test('what a kind lacks is said at its field', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/schemas/new');
  await page.getByRole('button', { name: 'Keep this kind of card' }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await page.getByRole('link', { name: 'Line 1: Give a name in at least one language' }).click();
  await expect(page.getByRole('textbox', { name: 'Name, English' }).nth(1)).toBeFocused();
});

test('what the service refuses is said at its field too', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/schemas');
  await page.getByRole('link', { name: 'Resident card' }).click();
  await page.getByRole('link', { name: 'Start a new one from this' }).click();
  const city = page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: 'Line 4: City' }) });
  await city.getByRole('textbox', { name: 'Choice 2, English' }).fill('Rivermouth');
  await page.getByRole('button', { name: 'Keep this kind of card' }).click();
  await expect(page.getByRole('link', { name: 'Line 4: This stands here twice' })).toBeVisible();
  await expect(city.getByText('This stands here twice')).toBeVisible();
});

test('names with markup stay text', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/schemas/new');
  await page.getByRole('textbox', { name: 'Name, English' }).first().fill('<img src=x onerror=alert(1)>');
  await expect(page.getByRole('complementary').getByRole('article')).toContainText('<img src=x onerror=alert(1)>');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test('a kind that is not kept is not left unasked', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/schemas/new');
  await page.getByRole('textbox', { name: 'Name, English' }).first().fill('Half a card');
  await page.getByRole('link', { name: 'Staff' }).click();
  await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible();
});
