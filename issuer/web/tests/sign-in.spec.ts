import { expect, PASSWORD, test, totp } from './office.ts';

test.use({ called: 'sign-in' });

test.describe.configure({ mode: 'serial' });

test('whoever has the password comes in, and leaves', async ({ page }) => {
  await page.goto('/residents');
  await page.getByLabel('Name').fill('c.clerk');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Residents' })).toBeVisible();
  await expect(page.getByText('Rivermouth Registry')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto('/residents');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('an empty form says what it lacks and takes the reader there', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Give your name')).toBeVisible();
  await expect(page.getByText('Give your password')).toBeVisible();
  await expect(page.getByLabel('Name')).toBeFocused();
});

test('a wrong password and an unknown name read the same', async ({ page }) => {
  await page.goto('/');
  for (const name of ['c.clerk', 'nobody', "' OR 1=1 --", '<script>alert(1)</script>']) {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('wrong wrong wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toHaveText('The name or the password is not right.');
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
});

test('five wrong passwords lock a name, and a registrar unlocks it', async ({ page, desk }) => {
  await page.goto('/');
  await page.getByLabel('Name').fill('k.second');
  const locked = page.getByText('There were too many wrong attempts.');
  for (let i = 0; i < 6 && !(await locked.isVisible()); i += 1) {
    await page.getByLabel('Password', { exact: true }).fill(`wrong number ${String(i)}`);
    const answer = page.waitForResponse('/api/session');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await answer;
    await page.waitForTimeout(50);
  }
  await expect(locked).toBeVisible();
  await expect(page.getByRole('timer')).toContainText(/[01]:\d\d/);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeDisabled();

  const registrar = await desk('r.registrar');
  await registrar.page.goto('/staff');
  await registrar.page.getByRole('button', { name: 'Change k.second' }).click();
  await registrar.page.getByRole('button', { name: 'Let her in now' }).click();
  await expect(registrar.page.getByText('k.second is changed.')).toBeVisible();

  await page.reload();
  await page.getByLabel('Name').fill('k.second');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Good day, k.second' })).toBeVisible();
});

test('a second step is set up, and asked for from then on', async ({ desk, page }) => {
  const clerk = await desk('c.clerk');
  await clerk.page.goto('/account');
  await clerk.page.getByRole('button', { name: 'Set it up' }).click();
  await expect(clerk.page.getByRole('img', { name: 'QR code that holds the key for your codes app' })).toBeVisible();
  const secret = (await clerk.page.locator('code').first().textContent()) ?? '';
  await clerk.page.getByLabel('Six-digit code').fill('000000');
  await clerk.page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(clerk.page.getByText('This code is not right, or no longer.')).toBeVisible();
  await clerk.page.getByLabel('Six-digit code').fill(totp(secret));
  await clerk.page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(clerk.page.getByText('The second step is on.')).toBeVisible();

  await page.goto('/');
  await page.getByLabel('Name').fill('c.clerk');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await expect(page.getByLabel('Six-digit code')).toBeFocused();
  await page.getByLabel('Six-digit code').fill('12');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Give the six digits')).toBeVisible();
  // A code is good once: the next one comes with the next half minute.
  await page.getByLabel('Six-digit code').fill(totp(secret, Date.now() + 30_000));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Good day, c.clerk' })).toBeVisible();
});

test.describe('an office that lets nobody work without a second step', () => {
  const strict = test.extend<object, { serve: readonly string[] }>({ serve: [['--require-totp'], { scope: 'worker' }] });

  strict('has it set up before anything else', async ({ page }) => {
    await page.goto('/residents');
    await page.getByLabel('Name').fill('c.clerk');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Set up the second step' })).toBeVisible();
    await expect(page.getByRole('navigation')).toHaveCount(0);
    const secret = (await page.locator('code').first().textContent()) ?? '';
    await page.getByLabel('Six-digit code').fill(totp(secret));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Residents' })).toBeVisible();
    await page.goto('/account');
    await expect(page.getByText('It is on:', { exact: false })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Turn it off' })).toHaveCount(0);
  });
});
