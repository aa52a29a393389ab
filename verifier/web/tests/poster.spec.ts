import { expect, test } from './world.ts';

test('a poster is printed, many answer it, and each answer counts once', async ({ clerk, page, town }) => {
  await clerk.ready();
  await page.goto('/#policies');
  await page.getByRole('link', { name: 'Poster' }).click();
  await expect(page.getByText('Weaker than a code on a screen')).toBeVisible();
  await page.locator('.year').fill('2020');
  await page.getByRole('button', { name: 'Make the poster' }).click();
  await expect(page.getByText('Give a day from today on')).toBeVisible();
  await page.locator('.year').fill(String(new Date(Date.now() + 30 * 86_400_000).getFullYear()));
  await page.getByRole('button', { name: 'Make the poster' }).click();
  const sheet = page.locator('article');
  await expect(sheet).toContainText('Corner Pharmacy asks');
  await expect(sheet).toContainText('18 or older');
  await expect(sheet).toContainText('good until');
  await expect(sheet).toContainText('weaker than one on a screen');

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Print it' })).toBeHidden();
  await expect(page.locator('nav')).toBeHidden();
  const { read } = await import('./codes.ts');
  const text = await read(await sheet.locator('svg[role=img]').screenshot());
  const pdf = await page.pdf({ format: 'A4', printBackground: true, preferCSSPageSize: true });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g), 'one sheet of paper').toHaveLength(1);
  await page.emulateMedia({ media: 'screen' });

  await page.getByRole('button', { name: 'Check answers to it' }).click();
  const first = (await town.texts('answer', { text })).join('\n');
  await clerk.paste(first);
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.getByRole('button', { name: 'Next' }).click();
  await clerk.paste(first);
  await expect(page.getByText('This answer was used already')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await clerk.paste((await town.texts('answer', { text })).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.getByRole('button', { name: 'Next' }).click();
  // A wallet whose clock is an hour ahead.
  const ahead = await town.texts('answer', { text, at: Math.floor(Date.now() / 1000) + 3600 });
  await clerk.paste(ahead.join('\n'));
  await expect(clerk.verdict('Refused')).toBeFocused();

  // The poster hangs on while the counter asks others, and after the page was closed.
  await page.goto('/#choose');
  await clerk.choose();
  await page.reload();
  await page.goto('/#poster/1');
  await page.getByRole('button', { name: 'Check answers to it' }).click();
  await clerk.paste((await town.texts('answer', { text })).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
});
