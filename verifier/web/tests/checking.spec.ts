import { expect, test } from './world.ts';

test('a resident is checked, and what was shown is what was asked', async ({ clerk, page }) => {
  await clerk.ready();
  await clerk.choose();
  const answer = await clerk.answered();
  await clerk.paste(answer.join('\n'));
  await expect(clerk.verdict('Accepted')).toBeFocused();
  await expect(page.locator('dd')).toHaveText('Rivermouth');
  await expect(page.getByText('18 or older')).toBeVisible();
});
