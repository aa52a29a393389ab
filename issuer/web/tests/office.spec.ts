import { expect, register, test } from './office.ts';

test.use({ called: 'office' });

test('the start says what waits, and leads there', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { page } = clerk;
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'What waits for you' })).toBeVisible();
  const { id } = await register(clerk, { given_name: 'Waiting' });
  await clerk.call('POST', `/api/residents/${id}/invitations`, { devices: 1, minutes: 30, approval: false });
  await page.reload();
  await page.getByRole('link', { name: /invitations? (is|are) still open/ }).click();
  await expect(page.getByRole('link', { name: 'Waiting Okafor' })).toBeVisible();
  await expect(page.getByLabel('State')).toHaveValue('invited');
});

test('the logbook has what was done, and is whole', async ({ desk }) => {
  const [clerk, auditor] = [await desk('c.clerk'), await desk('a.auditor')];
  await register(clerk);
  const { page } = auditor;
  await page.goto('/audit');
  await expect(page.getByRole('row').filter({ hasText: 'c.clerk' }).first()).toBeVisible();
  await page.getByLabel('By').fill('c.clerk');
  await expect(page.getByRole('row').filter({ hasText: 'r.registrar' })).toHaveCount(0);
  await page.getByLabel('By').fill('nobody at all');
  await expect(page.getByRole('heading', { name: 'Nothing in the logbook fits' })).toBeVisible();
  await page.getByRole('button', { name: 'Check the whole logbook' }).click();
  await expect(page.getByText(/^The logbook is whole: \d+ lines/)).toBeVisible();
});

test('keys are shown, and what is done about them is said', async ({ desk }) => {
  const { page } = await desk('a.auditor');
  await page.goto('/keys');
  await expect(page.getByRole('row').filter({ hasText: 'In use' }).first()).toBeVisible();
  await expect(page.getByText('glimpse-issuer', { exact: false }).first()).toBeVisible();
});

test('an office without cards has nothing to renew', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.goto('/renewals');
  await expect(page.getByRole('heading', { name: 'There is nothing to renew yet' })).toBeVisible();
});

test('an auditor reads and changes nothing', async ({ desk }) => {
  const { page } = await desk('a.auditor');
  await page.goto('/renewals');
  await expect(page.getByRole('heading', { name: 'Renewal', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start now' })).toHaveCount(0);
  await page.goto('/schemas');
  await expect(page.getByRole('link', { name: 'Resident card' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Make a new kind' })).toHaveCount(0);
});
