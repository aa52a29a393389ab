import { faults, faultsIn, overhang, settled } from '@glimpse/ui/testing/axe.ts';
import { expect, register, test } from './office.ts';

test.use({ called: 'accessibility' });

const WIDTHS = { phone: 390, desk: 1440 } as const;

/** Every screen that a registrar has, by its heading. */
async function screens(id: string, invitation: string, schema: string): Promise<[string, RegExp][]> {
  return [
    ['/', /^Good day/],
    ['/residents', /^Residents$/],
    ['/residents/new', /^Register a resident$/],
    [`/residents/${id}`, /Okafor$/],
    [`/residents/${id}/edit`, /^Change the record$/],
    [`/residents/${id}/issue`, /^Issue a card$/],
    [`/invitations/${invitation}`, /^Invitation for/],
    ['/approvals', /^Approvals$/],
    ['/revocations', /^Revocations$/],
    ['/imports', /^Import a list$/],
    ['/renewals', /^Renewal$/],
    ['/keys', /^Keys$/],
    ['/audit', /^Logbook$/],
    ['/schemas', /^Kinds of card$/],
    [`/schemas/${schema}`, /^Resident card$/],
    [`/schemas/new/${schema}`, /^New kind of card$/],
    ['/staff', /^Staff$/],
    ['/account', /^My account$/],
    ['/nowhere', /^There is nothing here$/],
  ];
}

for (const [device, width] of Object.entries(WIDTHS)) {
  test(`every screen is for everybody, light and dark, on a ${device}`, async ({ desk }) => {
    test.setTimeout(180_000);
    const registrar = await desk('r.registrar');
    const { page } = registrar;
    await page.setViewportSize({ width, height: 900 });
    const { id } = await register(registrar);
    const invitation = await registrar.call<{ id: string }>('POST', `/api/residents/${id}/invitations`, { devices: 1, minutes: 60, approval: false });
    const schemas = await registrar.call<{ id: string; code: string }[]>('GET', '/api/schemas');
    const schema = schemas.find(({ code }) => code === 'resident')?.id ?? '';
    for (const [path, heading] of await screens(id, invitation.id, schema)) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await settled(page);
      expect.soft(await faultsIn(page, ['light', 'dark']), `${path}, ${device}`).toEqual([]);
      expect.soft(await overhang(page), `${path} sticks out`).toBeLessThanOrEqual(0);
    }
  });

  test(`signing in is for everybody, light and dark, on a ${device}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Give your name')).toBeVisible();
    expect(await faultsIn(page, ['light', 'dark'])).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
  });
}

test('forms that complain, dialogs and the open menu are for everybody', async ({ desk }) => {
  const registrar = await desk('r.registrar');
  const { page } = registrar;
  await page.goto('/residents/new');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  expect(await faults(page)).toEqual([]);
  await page.goto('/staff');
  await page.getByRole('button', { name: 'Add a colleague' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Add a colleague' })).toBeFocused();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(page.getByRole('link', { name: 'Logbook' })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  expect(await overhang(page)).toBeLessThanOrEqual(0);
});

test('at 360 pixels and at 200 % nothing is cut off', async ({ desk }) => {
  const registrar = await desk('r.registrar');
  const { id } = await register(registrar, { given_name: 'Maximiliaan-Alexander-Bartholomeus', family_name: 'Mertens-Vandenbrouckevanderlinden' });
  const { page } = registrar;
  for (const width of [360, 720]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['/', '/residents', `/residents/${id}`, '/imports', '/audit', '/staff', '/schemas/new']) {
      await page.goto(path);
      await settled(page);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect.soft(await overhang(page), `${path} at ${String(width)}`).toBeLessThanOrEqual(0);
    }
  }
});

test('with forced colours everything is still there', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('/residents/new');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  const border = await page.getByRole('button', { name: 'Save the record' }).evaluate((button) => getComputedStyle(button).borderTopStyle);
  expect(border).toBe('solid');
});

test('the counter’s work is done by the keyboard alone', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { reference } = await register(clerk, { given_name: 'Keyboard' });
  const { page } = clerk;
  await page.goto('/');
  await expect(page.getByRole('heading', { name: /^Good day/ })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Go to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Find a resident')).toBeFocused();
  await page.keyboard.type(reference);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Residents' })).toBeFocused();
  const found = page.getByRole('link', { name: 'Keyboard Okafor' });
  await expect(found).toBeVisible();
  for (let i = 0; i < 10 && !(await found.evaluate((link) => link === document.activeElement)); i += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Keyboard Okafor' })).toBeFocused();
});

test('every button and link is large enough to hit', async ({ desk }) => {
  const { page } = await desk('r.registrar');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/', '/residents', '/staff', '/schemas/new', '/account']) {
    await page.goto(path);
    await settled(page);
    const small = await page.locator('main :is(button, .button, input:not([type=checkbox], [type=radio], [hidden]), select)').evaluateAll((all) =>
      all.filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 120)),
    );
    expect.soft(small, path).toEqual([]);
  }
});
