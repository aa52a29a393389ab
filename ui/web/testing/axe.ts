/** axe-core on a page. It is given to the page from outside, so the page's policy stays as it is. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules that look at colours; a look changes nothing that the others see. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

export type Look = 'light' | 'dark' | 'contrast';

type Axe = { axe?: { run: (options: RunOptions) => Promise<AxeResults> } };

async function run(page: Page, runOnly: RunOptions['runOnly']): Promise<string[]> {
  if (!(await page.evaluate(() => (globalThis as Axe).axe !== undefined))) await page.evaluate(SOURCE);
  const { violations } = await page.evaluate((only) => (globalThis as unknown as Required<Axe>).axe.run({ runOnly: only }), runOnly as string[]);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}

/** What axe finds wrong: the rule, and where. */
export const faults = (page: Page): Promise<string[]> => run(page, TAGS);

/** The same, and what is wrong with the colours of the other looks. The page is left in the first one. */
export async function faultsIn(page: Page, [first, ...others]: readonly [Look, ...Look[]]): Promise<string[]> {
  const found = await faults(page);
  for (const look of others) {
    await dress(page, look);
    found.push(...(await run(page, { type: 'rule', values: COLOURS })).map((fault) => `${look}: ${fault}`));
  }
  await dress(page, first);
  return found;
}

/** Gives the page a look as its reader's system or choice would. */
export async function dress(page: Page, look: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light' });
  await page.evaluate((contrast) => {
    if (contrast) document.documentElement.dataset.theme = 'contrast';
    else delete document.documentElement.dataset.theme;
  }, look === 'contrast');
}

/** Whether something sticks out to the side. */
export const overhang = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Waits until what a screen asked for stands on it: nothing is on its way, and it grows no more. */
export async function settled(page: Page): Promise<void> {
  const still = (): Promise<boolean> =>
    page.evaluate(async () => {
      const height = document.body.scrollHeight;
      await new Promise((done) => setTimeout(done, 100));
      return document.querySelector('.loading, [aria-busy=true]') === null && document.body.scrollHeight === height;
    });
  while (!(await still()));
}
