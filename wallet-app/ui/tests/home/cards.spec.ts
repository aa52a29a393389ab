import type { Page } from '@playwright/test';
import { expect, test } from '../world.ts';

const city = /^Resident card, City of Rivermouth/;
const clinic = /^Clinic card, Harbour Clinic/;

/** Lifts a card out where it is not the front one, and opens it. */
async function open(page: Page, name: RegExp): Promise<void> {
  const card = page.getByRole('button', { name });
  if ((await card.getAttribute('aria-expanded')) === 'false') await card.press('Enter');
  await page.getByRole('button', { name: 'Open this card' }).click();
}

test('an empty wallet says how one gets the first card', async ({ holder, page }) => {
  await holder.opened('empty');
  await expect(page.getByRole('heading', { name: 'No cards yet' })).toBeVisible();
  await expect(page.locator('main ol li')).toHaveCount(3);
  await page.getByRole('button', { name: 'Scan the office’s code' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Scan a code' })).toBeFocused();
});

test('one card of the stack is lifted out: by a press, and by the arrow keys', async ({ holder, page }) => {
  await holder.opened('cards');
  const stack = page.getByRole('list', { name: 'Your cards, one over the other' });
  await expect(stack.getByRole('listitem')).toHaveCount(2);
  const cards = stack.getByRole('button', { expanded: true }).or(stack.getByRole('button', { expanded: false }));
  const [first, last] = [cards.first(), cards.last()];
  await expect(last).toHaveAttribute('aria-expanded', 'true');
  await first.click();
  await expect(first).toHaveAttribute('aria-expanded', 'true');
  await expect(last).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowDown');
  await expect(last).toBeFocused();
  await expect(last).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Home');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1, name: 'Your cards' })).toBeVisible();
});

test('a card’s values are covered until they are uncovered, and again after leaving', async ({ holder, page }) => {
  await holder.opened('cards');
  const body = page.locator('body');
  const held = await page.evaluate(async () => {
    const answer = await fetch('/invoke/cards', { method: 'POST', body: '{}' });
    return (await answer.json()) as { values: Record<string, string | number> }[];
  });
  const name = String(held.find((card) => 'family_name' in card.values)?.values['family_name']);
  expect(name.length).toBeGreaterThan(2);
  await expect(body).not.toContainText(name);
  await open(page, city);
  await expect(page.getByRole('heading', { level: 1, name: 'Resident card' })).toBeFocused();
  await expect(body).not.toContainText(name);
  await page.getByRole('button', { name: 'Show what is on it' }).click();
  await expect(page.getByRole('region', { name: 'What is on it' })).toContainText(name);
  await expect(page.getByRole('article')).toContainText(name);
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(body).not.toContainText(name);
});

test('bars tell nothing of how long a value is', async ({ holder, page }) => {
  await holder.opened('cards');
  await open(page, city);
  const bars = page.locator('dl .bar');
  await expect(bars.first()).toBeVisible();
  const widths = new Set(await bars.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width)));
  expect(widths.size).toBe(1);
});

test('two kinds of card differ by more than their words', async ({ holder, page }) => {
  await holder.opened('cards');
  const plates = await page.locator('.card').evaluateAll((all) => all.map((card) => getComputedStyle(card).backgroundColor));
  expect(new Set(plates).size).toBe(2);
  const petals = await page.locator('.card').evaluateAll((all) => all.map((card) => card.querySelectorAll('ellipse').length));
  expect(petals.every((n) => n > 10 && n < 40)).toBe(true);
});

test('a card is removed only after a second word', async ({ holder, page }) => {
  await holder.opened('cards');
  await open(page, clinic);
  await page.getByRole('button', { name: 'Remove this card' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove “Clinic card”?' });
  await expect(dialog).toContainText('The office still has your data');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Clinic card' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove this card' }).click();
  await dialog.getByRole('button', { name: 'Remove this card' }).click();
  await expect(page.getByRole('button', { name: city })).toBeVisible();
  await expect(page.getByRole('button', { name: clinic })).toHaveCount(0);
});

test('twelve cards lie over each other and none is out of reach', async ({ holder, page }) => {
  // The wallet's own two, six times over: an office would take long for twelve.
  await page.route('**/invoke/cards', async (route) => {
    const answer = await route.fetch();
    const cards: unknown = await answer.json();
    const many = Array.isArray(cards)
      ? Array.from({ length: 6 }, (_, n) => cards.map((card: { id: number }) => ({ ...card, id: card.id + n * 100 }))).flat()
      : cards;
    await route.fulfill({ response: answer, json: many });
  });
  await holder.opened('cards');
  const cards = page.locator('button[data-card]');
  await expect(cards).toHaveCount(12);
  for (let at = 0; at < 12; at += 1) {
    await cards.nth(at).click({ position: { x: 60, y: 24 } });
    await expect(cards.nth(at)).toHaveAttribute('aria-expanded', 'true');
  }
});

test('renewal says when, and that it says nothing of use', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.go('Settings');
  await page.getByRole('button', { name: 'Renewal', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Renewal' })).toBeFocused();
  await expect(page.getByText('at a time that says nothing of when or where you use your cards')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Your cards' }).getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText(/^Renewed on/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Renew now' }).click();
  await expect(page.getByRole('status').or(page.getByRole('alert')).filter({ hasText: /./ }).first()).toBeVisible();
});

test('the list of who is known, and a newer one that continues it', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.go('Settings');
  await page.getByRole('button', { name: 'Who is known' }).click();
  await expect(page.getByText('City of Rivermouth')).toBeVisible();
  await expect(page.getByText('Harbour Clinic')).toBeVisible();
  await page.getByText('Numbers of the keys that signed it').click();
  await expect(page.locator('details li').first()).toBeVisible();
  const number = Number(await page.locator('dd.nums').innerText());
  const { text } = await world.tell<{ text: string }>('trust');
  await holder.paste(text);
  await expect(page.getByRole('heading', { level: 1, name: 'A new list of offices' })).toBeFocused();
  await expect(page.getByText('is signed by the same publishers')).toBeVisible();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(page.getByText('The list is in use')).toBeVisible();
  await holder.go('Settings');
  await page.getByRole('button', { name: 'Who is known' }).click();
  await expect(page.locator('dd.nums')).toHaveText(String(number + 1));
});

test('a list that nobody vouches for is taken only after each key number was compared', async ({ holder, page, world }) => {
  // The demonstration's wallet came with the publishers' keys; this one is told that it did not.
  await page.route('**/invoke/open_text', async (route) => {
    const answer = await route.fetch();
    const opened = (await answer.json()) as { trust: object };
    await route.fulfill({ response: answer, json: { ...opened, trust: { ...opened.trust, vouched: false } } });
  });
  await holder.opened('empty');
  await holder.paste((await world.tell<{ text: string }>('trust')).text);
  await expect(page.getByRole('heading', { level: 1, name: 'A new list of offices' })).toBeFocused();
  await expect(page.getByText('Nobody vouches for this list yet')).toBeVisible();
  await expect(page.locator('.print span').first()).toHaveText(/^.{4}$/);
  const boxes = page.getByRole('checkbox');
  await expect(boxes).toHaveCount(2);
  await boxes.first().check();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(page.getByText('Compare every key number first')).toBeVisible();
  await boxes.last().check();
  await page.getByRole('button', { name: 'Use this list' }).click();
  await expect(page.getByText('The list is in use')).toBeVisible();
});
