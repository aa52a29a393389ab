/** What waits for a second person, in the demonstration's office, whose residents have cards. */
import { faults, faultsIn, overhang, settled } from '@glimpse/ui/testing/axe.ts';
import { Demo, expect, test as base, type Service } from './office.ts';

const PASSWORD = 'lamps along the harbour';

const test = base.extend<object, { office: Service }>({
  office: [
    async ({}, use) => {
      const demo = new Demo();
      await demo.start();
      await use(demo);
      await demo.remove();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});

test.describe.configure({ mode: 'serial' });

test('the start counts what waits, and says that all is play', async ({ desk }) => {
  const { page } = await desk('Anna', PASSWORD);
  await page.goto('/');
  await expect(page.getByText('This is a demonstration.', { exact: false })).toBeVisible();
  await expect(page.getByRole('link', { name: '2 cards wait for approval' })).toBeVisible();
  await page.getByRole('link', { name: '2 revocations wait for a second person' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Revocations' })).toBeVisible();
});

test('screens with cards on them are for everybody', async ({ desk }) => {
  const { page } = await desk('Anna', PASSWORD);
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/residents', '/approvals', '/revocations', '/renewals', '/audit', '/keys']) {
      await page.goto(path);
      await settled(page);
      expect.soft(await faultsIn(page, ['light', 'dark']), path).toEqual([]);
      expect.soft(await overhang(page), path).toBeLessThanOrEqual(0);
    }
  }
});

test('a clerk cannot approve, a registrar can, and can refuse', async ({ desk }) => {
  const [clerk, registrar] = [await desk('Bram', PASSWORD), await desk('Anna', PASSWORD)];
  await clerk.page.goto('/approvals');
  await expect(clerk.page.getByText('A registrar decides.').first()).toBeVisible();
  await expect(clerk.page.getByRole('button', { name: 'Approve' })).toHaveCount(0);

  const { page } = registrar;
  await page.goto('/approvals');
  await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(2);
  await page.getByRole('button', { name: 'Approve' }).first().click();
  await expect(page.getByText(/^The card for .+ is approved\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText(/^The card for .+ is refused\.$/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No card waits for approval' })).toBeVisible();
});

test('whoever asked for a revocation cannot confirm it, somebody else can', async ({ desk }) => {
  const [clerk, registrar] = [await desk('Bram', PASSWORD), await desk('Chiara', PASSWORD)];
  await clerk.page.goto('/revocations');
  await expect(clerk.page.getByText('You asked for this, so somebody else must confirm.')).toHaveCount(2);
  await expect(clerk.page.getByRole('button', { name: 'Confirm' })).toHaveCount(0);

  const { page } = registrar;
  await page.goto('/revocations');
  const lost = page.getByRole('listitem').filter({ hasText: 'Device lost or stolen' });
  await lost.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText(/^The card of .+ is revoked\.$/)).toBeVisible();
  await page.getByRole('listitem').filter({ hasText: 'Deceased' }).getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText(/^The card of .+ stays in use\.$/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No revocation waits' })).toBeVisible();
  await page.getByLabel('Show').selectOption({ label: 'Confirmed' });
  await expect(page.getByText('by Chiara', { exact: false })).toBeVisible();
});

test('a clerk asks for a revocation with a reason, and a colleague reads the note as it was typed', async ({ desk }) => {
  const [clerk, registrar] = [await desk('Bram', PASSWORD), await desk('Anna', PASSWORD)];
  const { page } = clerk;
  await page.goto('/residents');
  await page.getByLabel('State').selectOption({ label: 'Has a card' });
  await page.getByRole('row').nth(1).getByRole('link').click();
  await page.getByRole('button', { name: 'Revoke this card' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke this card?' });
  expect(await faults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Ask for revocation' }).click();
  await expect(dialog.getByText('Choose one from the list')).toBeVisible();
  await dialog.getByLabel('Device lost or stolen').check();
  await dialog.getByLabel('Note').fill('x'.repeat(501));
  await expect(dialog.getByText('At most 500 characters', { exact: true })).toBeVisible();
  await dialog.getByLabel('Note').fill('Left on the tram.\n<script>alert(1)</script>');
  await dialog.getByRole('button', { name: 'Ask for revocation' }).click();
  await expect(page.getByText('Asked for. A second person must confirm it.')).toBeVisible();
  await expect(page.getByText('Being revoked')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Revoke this card' })).toHaveCount(0);

  await registrar.page.goto('/revocations');
  await expect(registrar.page.getByText('<script>alert(1)</script>')).toBeVisible();
});

test('a record of which a card is in use is not removed', async ({ desk }) => {
  const { page } = await desk('Anna', PASSWORD);
  await page.goto('/residents');
  await page.getByLabel('State').selectOption({ label: 'Has a card' });
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(page.getByRole('button', { name: 'Remove the record' })).toBeDisabled();
  await expect(page.getByText('The record cannot be removed while', { exact: false })).toBeVisible();
});

test('a registrar starts a renewal, and it comes to its end; an auditor only sees it', async ({ desk }) => {
  const [registrar, auditor] = [await desk('Anna', PASSWORD), await desk('Dora', PASSWORD)];
  const { page } = registrar;
  await page.goto('/renewals');
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Resident card' }) });
  await card.getByRole('button', { name: 'Start now' }).click();
  const asked = page.waitForResponse((answer) => answer.url().endsWith('/api/renewals') && answer.request().method() === 'POST');
  await page.getByRole('dialog').getByRole('button', { name: 'Start now' }).click();
  expect((await asked).status()).toBe(202);
  await expect(card.getByText('Done', { exact: true })).toBeVisible({ timeout: 30_000 });

  await auditor.page.goto('/renewals');
  await expect(auditor.page.getByRole('heading', { name: 'Resident card' })).toBeVisible();
  await expect(auditor.page.getByRole('button', { name: 'Start now' })).toHaveCount(0);
});
