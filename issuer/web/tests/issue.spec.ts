import { expect, register, test, type Desk } from './office.ts';

test.use({ called: 'issue' });

interface Invitation {
  id: string;
  code: string;
  offer_uri: string;
}

const invite = async (desk: Desk, more: object = {}): Promise<Invitation> => {
  const { id } = await register(desk);
  return desk.call('POST', `/api/residents/${id}/invitations`, { devices: 1, minutes: 30, approval: false, ...more });
};

interface Offer {
  credential_issuer: string;
  grants: Record<string, { 'pre-authorized_code': string }>;
}

/** What a wallet reads of an invitation. */
async function offer(desk: Desk, { offer_uri }: Invitation): Promise<Offer> {
  const query = new URLSearchParams(offer_uri.slice(offer_uri.indexOf('?') + 1));
  const value = query.get('credential_offer');
  if (value !== null) return JSON.parse(value) as Offer;
  const reference = query.get('credential_offer_uri') ?? '';
  return (await (await desk.context.request.get(new URL(reference).pathname)).json()) as Offer;
}

const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

/** Sends the code as a wallet does that has read the offer; whether it was taken. */
async function redeem(desk: Desk, { grants }: Offer, code: string): Promise<boolean> {
  const metadata = (await (await desk.context.request.get('/.well-known/oauth-authorization-server')).json()) as { token_endpoint: string };
  const answer = await desk.context.request.post(new URL(metadata.token_endpoint).pathname, {
    form: { grant_type: PRE_AUTHORIZED, 'pre-authorized_code': grants[PRE_AUTHORIZED]?.['pre-authorized_code'] ?? '', tx_code: code },
  });
  return answer.ok();
}

test('an invitation on the screen: picture, code, and what the wallet does', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk);
  const { page } = clerk;
  await page.goto(`/residents/${id}`);
  await page.getByRole('link', { name: 'Issue a card' }).click();
  await page.getByLabel('On the screen, now').check();
  await page.getByLabel('How long does the invitation stand?').selectOption({ label: '15 minutes' });
  const made = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  const invitation = (await (await made).json()) as Invitation;

  const picture = page.getByRole('img', { name: 'QR code with the invitation' });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth > 0 && img.src.startsWith('data:image/svg+xml,'))).toBe(true);
  await expect(page.getByText(`${invitation.code.slice(0, 3)} ${invitation.code.slice(3)}`)).toBeVisible();
  await expect(page.getByText('Say it, do not show it.', { exact: false })).toBeVisible();
  await expect(page.getByRole('status').first()).toHaveText('Waiting for the resident to scan');

  await page.getByRole('button', { name: 'Show the picture alone' }).click();
  const alone = page.getByRole('dialog', { name: 'Scan this with your wallet' });
  await expect(alone.getByRole('img')).toBeVisible();
  await expect(alone).not.toContainText(invitation.code.slice(0, 3));
  await page.keyboard.press('Escape');

  expect(await redeem(clerk, await offer(clerk, invitation), invitation.code)).toBe(true);
  await expect(page.getByRole('status').first()).toHaveText('Scanned', { timeout: 15_000 });
});

test('five wrong codes stop an invitation, and the clerk is told', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const invitation = await invite(clerk);
  const wallet = await offer(clerk, invitation);
  await clerk.page.goto(`/invitations/${invitation.id}`);
  await expect(clerk.page.getByRole('status').first()).toHaveText('Waiting for the resident to scan');
  const wrong = invitation.code === '000000' ? '000001' : '000000';
  for (let i = 0; i < 5; i += 1) expect(await redeem(clerk, wallet, wrong)).toBe(false);
  await expect(clerk.page.getByText('Somebody typed a wrong code five times', { exact: false })).toBeVisible({ timeout: 15_000 });
  await expect(clerk.page.getByRole('img', { name: 'QR code with the invitation' })).toBeHidden();
  expect(await redeem(clerk, wallet, invitation.code)).toBe(false);
});

test('an invitation by letter is a PDF of two sheets, in the resident’s language', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk);
  const { page } = clerk;
  await page.goto(`/residents/${id}/issue`);
  await page.getByLabel('By letter').check();
  await page.getByLabel('How long does the invitation stand?').selectOption({ label: '30 days' });
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await expect(page.getByText('It is printed on the second sheet.', { exact: false })).toBeVisible();
  await page.getByLabel('Language of the letter').selectOption('nl');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save the letter' }).click();
  const path = await (await download).path();
  const { readFileSync } = await import('node:fs');
  const file = readFileSync(path);
  expect(file.subarray(0, 5).toString()).toBe('%PDF-');
});

test('an invitation is withdrawn', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const invitation = await invite(clerk);
  const wallet = await offer(clerk, invitation);
  const { page } = clerk;
  await page.goto(`/invitations/${invitation.id}`);
  await page.getByRole('button', { name: 'Withdraw the invitation' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw the invitation' }).click();
  await expect(page.getByRole('status').first()).toHaveText('Withdrawn');
  expect(await redeem(clerk, wallet, invitation.code)).toBe(false);
});

test('an invitation that a colleague withdrew meanwhile cannot be withdrawn again', async ({ desk }) => {
  const [clerk, second] = [await desk('c.clerk'), await desk('k.second')];
  const invitation = await invite(clerk);
  const { page } = clerk;
  await page.goto(`/invitations/${invitation.id}`);
  await page.getByRole('button', { name: 'Withdraw the invitation' }).click();
  await second.call('DELETE', `/api/invitations/${invitation.id}`);
  await expect(page.getByRole('status').first()).toHaveText('Withdrawn', { timeout: 15_000 });
});
