import { expect, Office, register, test, type Service } from './office.ts';

test.use({ called: 'trouble' });

test('a session that ended elsewhere asks to sign in, and the form is still there after it', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk);
  const { page } = clerk;
  await page.goto(`/residents/${id}/edit`);
  await page.getByLabel('Given name').fill('Typed before the end');
  await clerk.call('DELETE', '/api/session');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await expect(page.getByText('Your session has ended:', { exact: false })).toBeVisible();
  await expect(page.getByLabel('Given name')).toBeHidden();
  await page.getByLabel('Name', { exact: true }).fill('c.clerk');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Given name')).toHaveValue('Typed before the end');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Typed before the end Okafor' })).toBeVisible();
});

test('somebody else who signs in sees nothing of an unsaved form', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk);
  const { page } = clerk;
  await page.goto(`/residents/${id}/edit`);
  await page.getByLabel('Given name').fill('For my eyes');
  await clerk.call('DELETE', '/api/session');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await page.getByLabel('Name', { exact: true }).fill('k.second');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Given name')).toHaveValue('Ada');
});

test('a page without a form lets go of what it showed when the session ends', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk, { given_name: 'Unforgettable' });
  const { page } = clerk;
  await page.goto(`/residents/${id}`);
  await expect(page.getByRole('heading', { name: 'Unforgettable Okafor' })).toBeVisible();
  await clerk.call('DELETE', '/api/session');
  await page.getByRole('link', { name: 'Approvals' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(await page.content()).not.toContain('Unforgettable');
});

test('nothing personal stays in the browser after signing out', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  await register(clerk, { given_name: 'Unforgettable' });
  const { page } = clerk;
  await page.goto('/residents');
  await page.getByLabel('Find by name or reference').fill('unforgettable');
  await expect(page.getByRole('link', { name: /Unforgettable/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).toBe('[{},{},""]');
});

test('language and theme are kept, and nothing else is', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/audit');
  await page.getByLabel('Language').selectOption('fr');
  await expect(page.getByRole('heading', { level: 1, name: 'Journal' })).toBeVisible();
  await page.getByLabel('Apparence').selectOption('dark');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Journal' })).toBeVisible();
  await expect(page.getByText('Registre de Rivebouche')).toBeVisible();
  expect(await page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.documentElement).colorScheme])).toEqual(['fr', 'dark']);
  expect(await page.evaluate(() => Object.keys(localStorage).sort())).toEqual(['glimpse-language', 'glimpse-theme']);
});

test.describe('a browser that asks for Dutch', () => {
  test.use({ locale: 'nl-BE' });

  test('is answered in Dutch', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Aanmelden' })).toBeVisible();
  });
});

test('an address that is no screen, or not for this role, says so', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  for (const path of ['/nowhere', '/residents/NOT-AN-ID', '/audit', '/staff', '/schemas/new']) {
    await clerk.page.goto(path);
    await expect(clerk.page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  }
  await clerk.page.getByRole('link', { name: 'Go to the start' }).click();
  await expect(clerk.page.getByRole('heading', { name: 'Good day, c.clerk' })).toBeVisible();
  await clerk.page.goto(`/residents/${'0'.repeat(32)}`);
  await expect(clerk.page.getByText('This is not there, or no longer.')).toBeVisible();
});

test.describe('a server that goes', () => {
  // It is stopped, so it is not the one that the other tests use.
  const fleeting = test.extend<object, { office: Service; own: Office }>({
    own: [async ({}, use) => use(new Office()), { scope: 'worker', timeout: 120_000 }],
    office: [
      async ({ own }, use) => {
        await own.start();
        await use(own);
        await own.remove();
      },
      { scope: 'worker', timeout: 120_000 },
    ],
  });

  fleeting('and comes back loses nothing that was typed', async ({ desk, own: office }) => {
    const clerk = await desk('c.clerk');
    const { id } = await register(clerk);
    const { page } = clerk;
    await page.goto(`/residents/${id}/edit`);
    await page.getByLabel('Given name').fill('Typed in time');
    await office.stop();
    await page.getByRole('button', { name: 'Save the record' }).click();
    await expect(page.getByText('The office’s server does not answer').first()).toBeVisible();
    await expect(page.getByLabel('Given name')).toHaveValue('Typed in time');
    await office.start();
    await expect(page.getByText('What you typed is still here.', { exact: false })).toBeHidden({ timeout: 15_000 });
    await page.getByRole('button', { name: 'Save the record' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Typed in time Okafor' })).toBeVisible();
  });
});
