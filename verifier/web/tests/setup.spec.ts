import { expect, test } from './world.ts';

test('a counter is set up: its name, the list by its key numbers, a policy, its registration', async ({ clerk, page, town }) => {
  await page.goto('/');
  await page.locator('form .primary').click();
  await expect(page.getByText('Write a name')).toBeVisible();
  await clerk.make();
  await clerk.load(await town.texts('trust'));
  await expect(page.getByText('Nobody vouches for this list yet')).toBeVisible();
  const { roots } = await town.tell<{ roots: string[] }>('trust');
  for (const root of roots) await expect(page.locator('.print', { hasText: root.slice(0, 4) }).first()).toHaveAttribute('aria-label', new RegExp(root));
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(page.getByText('Compare every key number first')).toBeVisible();
  await page.locator('#key-0').check();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(page.getByText('Compare every key number first')).toBeVisible();
  await page.locator('#key-1').check();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(clerk.heading('The list is in use')).toBeVisible();

  await clerk.load(await town.texts('policy'));
  await expect(clerk.heading('Over 18 and city')).toBeVisible();
  await expect(page.getByText('This counter is not registered, so every wallet warns.')).toBeVisible();
  await page.getByRole('button', { name: 'Keep it', exact: true }).click();
  await page.goto('/#choose');
  await expect(page.getByText('This counter is not registered: every wallet warns before it answers.')).toBeVisible();

  await page.goto('/#card');
  const toRegister = (await page.locator('.print').innerText()).replaceAll(/\s/g, '');
  expect(toRegister).toMatch(/^[0-9a-f]{96}$/);
  await clerk.load(await town.texts('register', { toRegister: toRegister.replace(/^../, '00') }));
  await expect(page.getByText('This is not a registration for this counter')).toBeVisible();
  await clerk.load(await town.texts('register', { toRegister }));
  await expect(clerk.heading('The registration is in use')).toBeVisible();
  await page.goto('/#choose');
  await expect(page.locator('.name')).toContainText('Corner Pharmacy');
  await expect(page.getByText('not registered')).toHaveCount(0);
});

test('where the list itself names the counter, another registration is not taken all the same', async ({ clerk, page, town }) => {
  await clerk.make();
  await page.goto('/#card');
  const toRegister = (await page.locator('.print').innerText()).replaceAll(/\s/g, '');
  await clerk.load(await town.texts('trust', { next: true, toRegister }));
  await page.locator('#key-0').check();
  await page.locator('#key-1').check();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(clerk.heading('The list is in use')).toBeVisible();
  await clerk.load(await town.texts('policy'));
  await page.getByRole('button', { name: 'Keep it', exact: true }).click();
  await page.goto('/#choose');
  await expect(page.locator('.name span')).toHaveText('Corner Pharmacy');
  await expect(page.getByText('not registered')).toHaveCount(0);

  const refused = page.getByText('This is not a registration for this counter');
  await page.goto('/#load');
  await page.locator('input[type=file]').setInputFiles({ name: 'holiday.bin', mimeType: '', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) });
  await expect(refused).toBeVisible();
  await clerk.load(await town.texts('register', { toRegister: toRegister.replace(/^../, '00') }));
  await expect(refused).toBeVisible();
  await page.goto('/#choose');
  await page.reload();
  await clerk.choose();
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
});

test('the card is a code that a publisher scans', async ({ clerk, page }) => {
  await clerk.make();
  await page.goto('/#card');
  const { read } = await import('./codes.ts');
  const shown = (await page.locator('.print').innerText()).replaceAll(/\s/g, '');
  expect((await read(await page.locator('.qr svg').screenshot())).toLowerCase()).toBe(shown);
});

test('a later list is vouched for by the one in use, and an older one is not taken', async ({ clerk, page, town }) => {
  await clerk.ready();
  const older = await town.texts('trust');
  await clerk.load(await town.texts('trust', { next: true }));
  await expect(page.getByText('It continues the list in use')).toBeVisible();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(clerk.heading('The list is in use')).toBeVisible();
  await clerk.load(older);
  await expect(page.getByText('This list is older than the one in use')).toBeVisible();
  await page.goto('/#choose');
  await expect(page.getByText(/^Trust list from today, good until/)).toBeVisible();
});

test('a policy comes as a file; one that cannot be asked is not kept; what is unwise is said', async ({ clerk, page, town }) => {
  await clerk.ready();
  const { toml } = await town.tell<{ toml: string }>('policy');
  const file = (text: string) => ({ name: 'policy.toml', mimeType: '', buffer: Buffer.from(text) });
  await page.goto('/#load');
  await page.locator('input[type=file]').setInputFiles(file(toml.replace('"resident"', '"nowhere"')));
  await expect(page.getByText('The trust list in use has no card “\u2068nowhere\u2069”')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep it', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'Do not keep it' }).click();
  await page.locator('input[type=file]').setInputFiles(file(toml.replace('show = ["city"]', 'show = ["resident_since"]')));
  await expect(page.getByText('It asks to see the date “\u2068resident_since\u2069”')).toBeVisible();
  await page.getByRole('button', { name: 'Keep it', exact: true }).click();
  await page.goto('/#choose');
  await expect(page.locator('a.enamel')).toHaveCount(2);
  await page.goto('/#policies');
  await page.getByRole('button', { name: /^Remove/ }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await page.goto('/#choose');
  await expect(page.locator('a.enamel')).toHaveCount(1);
  await page.goto('/#load');
  await page.locator('input[type=file]').setInputFiles(file('nonsense = ['));
  await expect(page.getByText('This is not a policy that this counter can read.')).toBeVisible();
});

test('a list comes as a file of its octets', async ({ clerk, page, town }) => {
  await clerk.make();
  const { octets } = await import('./codes.ts');
  const buffer = Buffer.from(await octets(await town.texts('trust')));
  await page.goto('/#load');
  await page.locator('input[type=file]').setInputFiles({ name: 'trust-list', mimeType: 'application/octet-stream', buffer });
  await expect(page.getByText('Nobody vouches for this list yet')).toBeVisible();
});

test('an erased counter is gone', async ({ clerk, page }) => {
  await clerk.ready();
  await page.goto('/#settings');
  await page.getByRole('button', { name: 'Erase this counter' }).click();
  await page.getByRole('button', { name: 'Erase it' }).click();
  await expect(page.locator('#name')).toBeVisible();
});
