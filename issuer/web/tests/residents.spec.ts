import type { Page } from '@playwright/test';
import { expect, register, RESIDENT, test, type Values } from './office.ts';

test.use({ called: 'residents' });

const card = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

async function fillDate(page: Page, name: string, iso: string): Promise<void> {
  const [year = '', month = '', day = ''] = iso.split('-');
  await card(page, name).getByLabel('Day').fill(day);
  await card(page, name).getByLabel('Month').fill(month);
  await card(page, name).getByLabel('Year').fill(year);
}

async function fill(page: Page, reference: string, values: Values = RESIDENT): Promise<void> {
  await page.getByLabel('Reference').fill(reference);
  await page.getByLabel('Given name').fill(String(values['given_name']));
  await page.getByLabel('Family name').fill(String(values['family_name']));
  await fillDate(page, 'Date of birth', String(values['birth_date']));
  await card(page, 'City').getByLabel('Rivermouth').check();
  await card(page, 'District').getByLabel('Old Town').check();
  await fillDate(page, 'Resident since', String(values['resident_since']));
  await page.getByLabel('Resident number').fill(String(values['number']));
  await page.getByLabel('Photo (digest)').fill(String(values['photo']));
}

const save = (page: Page) => page.getByRole('button', { name: 'Save the record' });

test('an office without residents says where to begin', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/residents');
  await expect(page.getByRole('heading', { name: 'Nobody is on record yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Register a resident' }).first().click();
  await expect(page.getByRole('heading', { name: 'Register a resident' })).toBeFocused();
});

test('a resident is registered, and shown as she was typed', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/residents/new');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await fill(page, 'RM-1', { ...RESIDENT, given_name: '<script>alert(1)</script>', family_name: '"><img src=x onerror=alert(2)>' });
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: '<script>alert(1)</script> "><img src=x onerror=alert(2)>' })).toBeVisible();
  await expect(page.getByText('29 February 1984')).toBeVisible();
  await expect(page.getByText('Old Town')).toBeVisible();
  await expect(page.getByText('No card yet')).toBeVisible();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test('what is wrong shows where it is wrong, and the summary leads there', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/residents/new');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await fill(page, 'RM-2');
  await fillDate(page, 'Date of birth', '1990-02-30');
  await page.getByLabel('Resident number').fill('é'.repeat(17));
  await page.getByLabel('Photo (digest)').fill('zz');
  await page.getByLabel('Given name').focus();
  await expect(page.getByText('This is not a date.', { exact: false })).toBeVisible();
  await expect(page.getByText('Too long: at most 32 octets, this has 34')).toBeVisible();
  await expect(page.getByText('Give exactly 64 characters')).toBeVisible();

  await save(page).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('heading', { name: '3 things need another look' })).toBeVisible();
  await page.getByRole('link', { name: /^Date of birth/ }).click();
  await expect(card(page, 'Date of birth').getByLabel('Day')).toBeFocused();

  await fillDate(page, 'Date of birth', '2990-01-01');
  await expect(page.getByText('Give a date from 1 January 1900').first()).toBeVisible();
  await fillDate(page, 'Date of birth', '1984-02-29');
  await page.getByLabel('Resident number').fill('84');
  await page.getByLabel('Photo (digest)').fill(String(RESIDENT['photo']));
  await expect(page.getByRole('alert')).toBeHidden();
});

test('a text may be empty for whoever has one name, but not by oversight', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/residents/new');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await fill(page, 'RM-3', { ...RESIDENT, given_name: 'Sukarno', family_name: '' });
  await save(page).click();
  await expect(page.getByRole('heading', { name: 'One thing needs another look' })).toBeVisible();
  await page.getByLabel('Leave it empty: there is none').check();
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sukarno' })).toBeVisible();
});

test('a reference is taken once', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { reference } = await register(clerk);
  await clerk.page.goto('/residents/new');
  await clerk.page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await fill(clerk.page, reference);
  await save(clerk.page).click();
  await expect(clerk.page.getByRole('link', { name: 'Reference: There is already a record with this reference' })).toBeVisible();
  await expect(clerk.page.getByLabel('Given name')).toHaveValue('Ada');
});

test('a file’s digest is taken without the file leaving the computer', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/residents/new');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Take it from a file' }).click();
  await (await chooser).setFiles({ name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('test') });
  await expect(page.getByLabel('Photo (digest)')).toHaveValue(String(RESIDENT['photo']));
});

test('a list is searched as one types, filtered and leafed through', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  for (let i = 0; i < 30; i += 1) await register(clerk, { given_name: `Person${String(i)}`, family_name: i === 7 ? 'Lefèvre-Dupont' : 'Zander' });
  const { page } = clerk;
  await page.goto('/residents');
  await page.getByLabel('Find by name or reference').fill('zander');
  await expect(page.getByRole('status')).toHaveText('1 to 25 of 29');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('status')).toHaveText('26 to 29 of 29');
  await expect(page.getByRole('row')).toHaveCount(5);

  await page.getByLabel('Find by name or reference').fill('LEFEVRE');
  await expect(page.getByRole('link', { name: 'Person7 Lefèvre-Dupont' })).toBeVisible();
  await expect(page.getByRole('status')).toHaveText('1 to 1 of 1');
  expect(new URL(page.url()).search).toBe('');

  await page.getByRole('link', { name: 'Person7 Lefèvre-Dupont' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Person7 Lefèvre-Dupont' })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('Find by name or reference')).toHaveValue('LEFEVRE');

  await page.getByLabel('State').selectOption({ label: 'Has a card' });
  await expect(page.getByRole('heading', { name: 'Nobody found' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await expect(page.getByRole('button', { name: 'Next' })).toBeVisible();
  for (const text of ["' OR ''='", '%', '<b>bold</b>', '\\', 'x'.repeat(500)]) {
    await page.getByLabel('Find by name or reference').fill(text);
    await page.waitForTimeout(400);
    await expect(page.getByRole('heading', { level: 1, name: 'Residents' })).toBeVisible();
  }
});

test('a record is changed', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk);
  const { page } = clerk;
  await page.goto(`/residents/${id}`);
  await page.getByRole('link', { name: 'Change' }).click();
  await expect(page.getByLabel('Given name')).toHaveValue('Ada');
  await expect(card(page, 'Date of birth').getByLabel('Year')).toHaveValue('1984');
  await page.getByLabel('Given name').fill('Adaeze');
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Adaeze Okafor' })).toBeVisible();
});

test('two clerks at one record: nothing is lost unseen', async ({ desk }) => {
  const [first, second] = [await desk('c.clerk'), await desk('k.second')];
  const { id, reference, version } = await register(first);
  const { page } = first;
  await page.goto(`/residents/${id}/edit`);
  await page.getByLabel('Given name').fill('Mine');
  await second.call('PUT', `/api/residents/${id}`, { reference, version, values: { ...RESIDENT, given_name: 'Theirs' } });
  await save(page).click();
  await expect(page.getByText('A colleague changed this record while you were working on it')).toBeVisible();
  await expect(page.getByLabel('Given name')).toHaveValue('Mine');
  await page.getByRole('button', { name: 'Take the colleague’s version' }).click();
  await expect(page.getByLabel('Given name')).toHaveValue('Theirs');

  await page.getByLabel('Given name').fill('Mine again');
  const now = await second.call<{ version: number }>('GET', `/api/residents/${id}`);
  await second.call('PUT', `/api/residents/${id}`, { reference, version: now.version, values: { ...RESIDENT, given_name: 'Theirs again' } });
  await save(page).click();
  await page.getByRole('button', { name: 'Keep mine, and save it over theirs' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Mine again Okafor' })).toBeVisible();
});

test('a form that is not saved is not left unasked', async ({ desk }) => {
  const clerk = await desk('c.clerk');
  const { id } = await register(clerk);
  const { page } = clerk;
  await page.goto(`/residents/${id}`);
  await page.getByRole('link', { name: 'Change' }).click();
  await page.getByLabel('Given name').fill('Half typed');
  await page.getByRole('link', { name: 'Approvals' }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  await expect(page.getByLabel('Given name')).toHaveValue('Half typed');
  await page.goBack();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Given name')).toHaveValue('Half typed');
  await page.getByRole('link', { name: 'Approvals' }).click();
  await dialog.getByRole('button', { name: 'Leave without saving' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Approvals' })).toBeVisible();
});

test('a registrar removes a record, a clerk may not', async ({ desk }) => {
  const [clerk, registrar] = [await desk('c.clerk'), await desk('r.registrar')];
  const { id } = await register(clerk);
  await clerk.page.goto(`/residents/${id}`);
  await expect(clerk.page.getByRole('link', { name: 'Issue a card' })).toBeVisible();
  await expect(clerk.page.getByRole('button', { name: 'Remove the record' })).toBeHidden();
  await registrar.page.goto(`/residents/${id}`);
  await registrar.page.getByRole('button', { name: 'Remove the record' }).click();
  await registrar.page.getByRole('dialog').getByRole('button', { name: 'Remove the record' }).click();
  await expect(registrar.page.getByRole('heading', { level: 1, name: 'Residents' })).toBeVisible();
  await clerk.page.reload();
  await expect(clerk.page.getByText('This is not there, or no longer.')).toBeVisible();
});
