import { handheld } from './camera.ts';
import { expect, test } from './world.ts';

test('a resident is checked, and what was shown is what was asked', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  await expect(page.locator('.ask')).toContainText('18 or older');
  await clerk.paste((await clerk.answered()).join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(page.locator('.verdict dd')).toHaveText(['Rivermouth']);
  await expect(page.locator('.verdict li')).toHaveText(['18 or older']);
  await expect(page.locator('.verdict')).not.toContainText(/birth/i);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(clerk.code).toBeVisible();
});

test('an answer counts once: neither again here, nor after the page was closed', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  const answer = (await clerk.answered()).join('\n');
  await clerk.paste(answer);
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste(answer);
  await expect(clerk.verdict('Refused')).toBeFocused();
  await expect(page.getByText('This answer was used already')).toBeVisible();
  await page.reload();
  await expect(clerk.code).toBeVisible();
  await clerk.paste(answer);
  await expect(page.getByText('This answer was used already')).toBeVisible();
});

test('an answer to an earlier question, and one to another counter’s, are refused', async ({ clerk, page, town, browser }) => {
  await clerk.ready();
  await clerk.choose();
  const earlier = (await clerk.answered()).join('\n');
  await page.getByRole('button', { name: 'New code' }).click();
  await expect(clerk.code).toBeVisible();
  await clerk.paste(earlier);
  await expect(page.getByText('This answers an earlier question')).toBeVisible();

  const other = await browser.newContext({ baseURL: town.url });
  const theirs = new (clerk.constructor as typeof import('./world.ts').Clerk)(await other.newPage(), town);
  await theirs.ready();
  await theirs.choose();
  await theirs.paste(earlier);
  await expect(theirs.page.getByText('This answers another counter’s question')).toBeVisible();
  await other.close();
});

test('the camera reads an answer, and is off once it has', async ({ clerk, page }) => {
  const camera = await handheld(page);
  await clerk.ready();
  await clerk.choose();
  await expect(page.getByText('Looking for a code…')).toBeVisible();
  const answer = await clerk.answered();
  for (const text of answer) await camera.hold(text);
  await expect(clerk.verdict('Accepted')).toBeFocused();
  expect(await page.evaluate(() => (globalThis as unknown as { track: MediaStreamTrack }).track.readyState)).toBe('ended');
});

test('a scanner that types is understood, and presses no button on the way', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  const [answer = ''] = await clerk.answered();
  await page.getByRole('button', { name: 'New code' }).focus();
  await page.evaluate((text) => {
    const target = document.activeElement ?? document.body;
    for (const [i, key] of [...text, 'Enter'].entries()) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      // When the scanner sent it, however busy the page is.
      Object.defineProperty(event, 'timeStamp', { value: 100_000 + i * 5 });
      target.dispatchEvent(event);
    }
  }, answer);
  await expect(clerk.verdict('Accepted')).toBeFocused();
});

test('a picture of an answer does as well', async ({ clerk, page, browser }) => {
  await clerk.ready();
  await clerk.choose();
  const [answer = ''] = await clerk.answered();
  const { rows } = await import('./codes.ts');
  const code = await rows(answer);
  const wallet = await browser.newPage();
  const side = code.length + 8;
  const path = code.flatMap((row, y) => [...row].map((dark, x) => (dark === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join('');
  await wallet.setViewportSize({ width: 900, height: 900 });
  await wallet.setContent(`<body style="margin:0;background:#cde"><svg width="860" viewBox="0 0 ${side} ${side}"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`);
  const buffer = await wallet.screenshot();
  await page.locator('summary').first().click();
  await page.locator('input[type=file]').setInputFiles({ name: 'answer.png', mimeType: 'image/png', buffer });
  await expect(clerk.verdict('Accepted')).toBeFocused();
});

test('what is asked of two cards, and answered by a code that moves, comes part by part', async ({ clerk, page, town }) => {
  const camera = await handheld(page);
  await clerk.ready();
  const policy = `
name = { en = "Who, where" }
purpose = "medicine"
reason = { en = "To write it on the label" }
conservative = true
[[alternative]]
[[alternative.card]]
schema = "resident"
show = ["given_name", "family_name", "city"]
prove = [{ attribute = "birth_date", age_at_least = 18 }, { attribute = "resident_since", on_or_before = "2020-01-31" }]
[[alternative.card]]
schema = "patient"
show = ["entitlement"]
prove = [{ attribute = "number", equal_to = { card = 1, attribute = "number" } }, { attribute = "valid_until", on_or_after = "2027-12-31" }]
`;
  await clerk.load([policy]);
  await expect(page.getByText('by which a person can be known again').first()).toBeVisible();
  await page.locator('.row .primary').click();
  await page.goto('/#choose');
  await page.getByRole('link', { name: /Who, where/ }).click();
  await expect(clerk.code).toBeVisible();
  const pause = page.getByRole('button', { name: 'Pause' });
  const moving = await pause.isVisible();
  expect(moving, 'this request fits one code').toBe(false);
  const answer = await town.texts('answer', { text: await clerk.question() });
  expect(answer.length, 'this answer needs several').toBeGreaterThan(2);
  await camera.hold(answer[0]);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByText(/^1 \/ \d+$/)).toBeVisible();
  for (const text of answer.slice(1)) {
    await camera.hold(text);
    await page.waitForTimeout(600);
  }
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(page.locator('.verdict .sheet h2')).toHaveCount(2);
});
