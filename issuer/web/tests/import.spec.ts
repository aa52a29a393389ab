import { expect, RESIDENT, test } from './office.ts';

test.use({ called: 'import' });

const HEAD = 'Dossier;Voornaam;Family name;Date of birth;City;District;Resident since;Number;Photo;Remarks';
const line = (reference: string, change: Partial<Record<string, string>> = {}): string => {
  const row: Partial<Record<string, string | number>> = { ...RESIDENT, city: 'Rivermouth', district: 'Old Town', ...change };
  const codes = ['given_name', 'family_name', 'birth_date', 'city', 'district', 'resident_since', 'number', 'photo'];
  return [reference, ...codes.map((code) => String(row[code])), 'none'].join(';');
};
const file = (lines: string[], name = 'moves.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from([HEAD, ...lines, ''].join('\r\n')) });

test('a list is looked at, mapped, checked and taken in, but for the lines with mistakes', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/imports');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await page.getByRole('button', { name: 'Look at the file' }).click();
  await expect(page.getByText('Choose a file')).toBeVisible();
  const lines = Array.from({ length: 40 }, (_, i) => line(`CSV-${String(i)}`, { given_name: `Listed${String(i)}` }));
  lines[3] = line('CSV-bad-date', { birth_date: '1990-02-30' });
  lines[17] = line('CSV-bad-city', { city: '=HYPERLINK("http://x")' });
  await page.getByLabel('File').setInputFiles(file(lines));
  await page.getByRole('button', { name: 'Look at the file' }).click();

  await expect(page.getByRole('heading', { name: 'What is in each column?' })).toBeVisible();
  await expect(page.getByLabel('Dossier')).toHaveValue('reference');
  await expect(page.getByLabel('Voornaam')).toHaveValue('given_name');
  await expect(page.getByLabel('Remarks')).toHaveValue('');
  await page.getByLabel('Remarks').selectOption({ label: 'Given name' });
  await page.getByLabel('City').selectOption({ label: 'Leave out' });
  await page.getByRole('button', { name: 'Check every line' }).click();
  await expect(page.getByText('“Given name” is given to two columns')).toBeVisible();
  await expect(page.getByText('No column is given for “City”')).toBeVisible();
  await page.getByLabel('Remarks').selectOption({ label: 'Leave out' });
  await page.getByLabel('City').selectOption({ label: 'City' });
  await page.getByRole('button', { name: 'Check every line' }).click();

  await expect(page.getByText('38 lines are good')).toBeVisible();
  await expect(page.getByText('2 lines have a mistake and would be left out')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Date of birth' })).toContainText('Give a date, such as 1990-05-31');
  await expect(page.getByRole('row').filter({ hasText: 'City' })).toContainText('Choose one from the list');

  await page.getByRole('button', { name: 'Import 38 lines' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save this list as a file' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await page.getByRole('link', { name: 'See the residents' }).click();
  await page.getByLabel('Find by name or reference').fill('Listed0');
  await expect(page.getByRole('link', { name: 'Listed0 Okafor' })).toBeVisible();
});

test('the same list again changes nothing', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  for (const round of ['first', 'again']) {
    await page.goto('/imports');
    await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
    await page.getByLabel('File').setInputFiles(file([line('TWICE-1'), line('TWICE-2')], `${round}.csv`));
    await page.getByRole('button', { name: 'Look at the file' }).click();
    await page.getByRole('button', { name: 'Check every line' }).click();
    await page.getByRole('button', { name: /^Import \d+ lines?$/ }).click();
    await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  }
  await expect(page.locator('dl > div').filter({ hasText: 'Already there' })).toContainText('2');
  await expect(page.locator('dl > div').filter({ hasText: 'New records' })).toContainText('0');
});

test('a name of a file and cells with markup stay text', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/imports');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await page.getByLabel('File').setInputFiles(file([line('X-1', { given_name: '<img src=x onerror=alert(1)>' })], '<b>list</b>.csv'));
  await page.getByRole('button', { name: 'Look at the file' }).click();
  await expect(page.getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('list');
  expect(await page.locator('img[src="x"], h1 b').count()).toBe(0);
  await page.getByRole('button', { name: 'Stop this import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop this import' }).click();
  await expect(page.getByText(/This import was stopped|This is not there/)).toBeVisible();
});

test('a file that is no list is refused in words', async ({ desk }) => {
  const { page } = await desk('c.clerk');
  await page.goto('/imports');
  await page.getByLabel('Kind of card').selectOption({ label: 'Resident card' });
  await page.getByLabel('File').setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  await page.getByRole('button', { name: 'Look at the file' }).click();
  await expect(page.getByText('The file has no line below its heading')).toBeVisible();
  await expect(page.getByLabel('File')).toBeFocused();
});
