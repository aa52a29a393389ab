import { expect, PASSWORD, test } from './office.ts';

test.use({ called: 'staff' });

test('a registrar adds a colleague, who signs in and sees what her role may see', async ({ desk, page }) => {
  const registrar = await desk('r.registrar');
  await registrar.page.goto('/staff');
  await registrar.page.getByRole('button', { name: 'Add a colleague' }).click();
  const dialog = registrar.page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add a colleague' }).click();
  await expect(dialog.getByText('Give a name')).toBeVisible();
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByLabel('Name').fill('n.new');
  await dialog.getByLabel('Auditor').check();
  await dialog.getByLabel('First password', { exact: true }).fill('123456789012');
  await dialog.getByRole('button', { name: 'Add a colleague' }).click();
  await expect(dialog.getByText('This password is too easy to guess.', { exact: false })).toBeVisible();
  await dialog.getByLabel('First password', { exact: true }).fill('seven green umbrellas');
  await dialog.getByRole('button', { name: 'Add a colleague' }).click();
  await expect(registrar.page.getByText('n.new can sign in now.')).toBeVisible();

  await page.goto('/');
  await page.getByLabel('Name').fill('n.new');
  await page.getByLabel('Password', { exact: true }).fill('seven green umbrellas');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Good day, n.new' })).toBeVisible();
  const menu = page.getByRole('navigation', { name: 'Main menu' });
  await expect(menu.getByRole('link')).toHaveText(['Start', 'Renewal', 'Keys', 'Logbook', 'Kinds of card']);
});

test('a name is taken once', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/staff');
  await page.getByRole('button', { name: 'Add a colleague' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('C.Clerk');
  await dialog.getByLabel('First password', { exact: true }).fill('seven green umbrellas');
  await dialog.getByRole('button', { name: 'Add a colleague' }).click();
  await expect(dialog.getByText('This is already there')).toBeVisible();
});

test('a role is changed, a password given, an account closed', async ({ desk, page }) => {
  const [registrar, second] = [await desk('r.registrar'), await desk('k.second')];
  await registrar.page.goto('/staff');
  const change = registrar.page.getByRole('button', { name: 'Change k.second' });
  const dialog = registrar.page.getByRole('dialog');
  await change.click();
  await dialog.getByLabel('Role').selectOption('auditor');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(registrar.page.getByRole('listitem').filter({ hasText: 'k.second' })).toContainText('Auditor');

  await change.click();
  await dialog.getByLabel('New password', { exact: true }).fill('eight blue bicycles');
  await dialog.getByRole('button', { name: 'Give a new password' }).click();
  await expect(dialog).toBeHidden();
  // Whoever is given a new password must sign in with it.
  await second.page.goto('/');
  await expect(second.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  await change.click();
  await dialog.getByRole('button', { name: 'Close the account' }).click();
  await expect(registrar.page.getByRole('listitem').filter({ hasText: 'k.second' })).toContainText('Closed');
  await page.goto('/');
  await page.getByLabel('Name').fill('k.second');
  await page.getByLabel('Password', { exact: true }).fill('eight blue bicycles');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('The name or the password is not right.');
});

test('nobody changes her own role here', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/staff');
  await page.getByRole('button', { name: 'Change r.registrar' }).click();
  await expect(page.getByRole('dialog')).toContainText('You cannot change your own role');
  await expect(page.getByRole('dialog').getByRole('combobox')).toHaveCount(0);
});

test('somebody changes her own password', async ({ desk, page }) => {
  const clerk = await desk('s.registrar');
  await clerk.page.goto('/account');
  const fill = async (old: string, fresh: string, again: string): Promise<void> => {
    await clerk.page.getByLabel('Present password', { exact: true }).fill(old);
    await clerk.page.getByLabel('New password', { exact: true }).fill(fresh);
    await clerk.page.getByLabel('New password once more', { exact: true }).fill(again);
    await clerk.page.getByRole('button', { name: 'Change the password' }).click();
  };
  await fill(PASSWORD, 'nine red lighthouses', 'nine red lighthouse');
  await expect(clerk.page.getByText('The two are not the same')).toBeVisible();
  await fill(PASSWORD, 'short', 'short');
  await expect(clerk.page.getByText('Take at least 12 characters')).toBeVisible();
  await fill('not the old one at all', 'nine red lighthouses', 'nine red lighthouses');
  await expect(clerk.page.getByText('This is not your present password')).toBeVisible();
  await fill(PASSWORD, 'nine red lighthouses', 'nine red lighthouses');
  await expect(clerk.page.getByText('Your password is changed.')).toBeVisible();

  await page.goto('/');
  await page.getByLabel('Name').fill('s.registrar');
  await page.getByLabel('Password', { exact: true }).fill('nine red lighthouses');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Good day, s.registrar' })).toBeVisible();
});
