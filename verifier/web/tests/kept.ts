/** What a counter keeps in its browser, taken from one page and put into another: setting up is tested where that is the subject. */
import type { Page } from '@playwright/test';

/** Each store's keys and values; octets are lists of numbers behind a name. */
export type Kept = Record<string, [key: unknown, value: unknown][]>;

const NAME = 'glimpse-counter';

export function keep(page: Page): Promise<Kept> {
  return page.evaluate(async (name) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((found) => (request.onsuccess = () => found(request.result)));
    const database = await done(indexedDB.open(name));
    const plain = (value: unknown): unknown => (value instanceof Uint8Array ? { octets: [...value] } : value);
    const kept: [string, [unknown, unknown][]][] = [];
    for (const store of ['things', 'policies']) {
      const of = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(of.getAllKeys()), done(of.getAll())]);
      kept.push([store, keys.map((key, i) => [key, plain(values[i])])]);
    }
    database.close();
    return Object.fromEntries(kept);
  }, NAME);
}

/** Puts it where the page will look. `beside` is an address of the page's origin that runs nothing. */
export async function restore(page: Page, beside: string, kept: Kept): Promise<void> {
  await page.goto(beside);
  await page.evaluate(
    async ([name, all]) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore('things');
        opening.result.createObjectStore('policies', { keyPath: 'id', autoIncrement: true });
        opening.result.createObjectStore('log', { autoIncrement: true });
      };
      const database = await new Promise<IDBDatabase>((found) => (opening.onsuccess = () => found(opening.result)));
      const transaction = database.transaction(Object.keys(all), 'readwrite');
      for (const [store, entries] of Object.entries(all)) {
        for (const [key, value] of entries) {
          const { octets } = (value ?? {}) as { octets?: number[] };
          const of = transaction.objectStore(store);
          const put = octets ? Uint8Array.from(octets) : value;
          if (of.keyPath === null) of.put(put, key as IDBValidKey);
          else of.put(put);
        }
      }
      await new Promise((found) => (transaction.oncomplete = found));
      database.close();
    },
    [NAME, kept] as const,
  );
}
