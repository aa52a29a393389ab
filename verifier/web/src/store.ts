/**
 * What the counter keeps in this browser: who it is, whom it trusts, what it asks, which requests are
 * used up, and the day's log. Nothing of anybody who was checked.
 */
import type { Report } from '@glimpse/verifier';
import { Fault } from './engine.ts';
import type { Symbols } from './worker/verifier.ts';

export interface Kept {
  /** Id and key: whoever has it asks in this counter's name. */
  secret?: Uint8Array;
  toRegister?: string;
  name?: string;
  registration?: Uint8Array;
  trust?: Uint8Array;
  /** The verifier's record: what was asked, and what is used up. */
  memory?: Uint8Array | undefined;
  /** The latest moment at which this counter worked, in seconds. */
  seen?: number | undefined;
  settings?: Settings;
  kiosk?: Kiosk | undefined;
  posters?: Poster[];
}

/** A request that hangs printed on a wall. */
export interface Poster {
  policy: number;
  ticket: string;
  symbols: Symbols;
  made: number;
  expires: number;
}

export interface Settings {
  /** Seconds until a verdict clears itself; 0 for never. */
  clear: number;
  sound: boolean;
  /** Whether the camera starts as soon as a code is shown. */
  camera: boolean;
  facing: 'environment' | 'user';
}

export interface Kiosk {
  policy: number;
  salt: Uint8Array;
  /** The PIN, stretched. */
  pin: Uint8Array;
  tries: number;
  /** Until when no try is taken, in seconds. */
  locked: number;
}

export interface Policy {
  id: number;
  toml: string;
}

/** A line of the log. The time is cut to its minute. */
export interface Entry {
  at: number;
  policy: string;
  outcome: Report['outcome'];
  code: string;
}

/** A line of before the outcome was kept: until the end of that day it says nothing about a visitor. */
type Older = Omit<Entry, 'outcome'>;

/** Nothing can be kept here: no room, a private window, or the browser refuses. */
export class StoreFault extends Fault {
  constructor(full: boolean) {
    super(full ? 'storage_full' : 'storage', 'the browser keeps nothing');
  }
}

const NAME = 'glimpse-counter';
const THINGS = 'things';
const POLICIES = 'policies';
const LOG = 'log';

const asFault = (error: unknown): StoreFault => new StoreFault((error as DOMException | null)?.name === 'QuotaExceededError');

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise<IDBDatabase>((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore(THINGS);
      database.createObjectStore(POLICIES, { keyPath: 'id', autoIncrement: true });
      database.createObjectStore(LOG, { autoIncrement: true });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(asFault(request.error));
  }).catch((error: unknown) => {
    opened = undefined;
    throw error instanceof StoreFault ? error : asFault(error);
  }));
}

/** One transaction; done when what was written is on the disk. */
async function transact<T>(names: string[], mode: IDBTransactionMode, work: (of: (name: string) => IDBObjectStore) => IDBRequest<T> | void): Promise<T> {
  const database = await open();
  return new Promise((done, failed) => {
    try {
      const transaction = database.transaction(names, mode, { durability: 'strict' });
      const request = work((name) => transaction.objectStore(name));
      transaction.oncomplete = () => done(request?.result as T);
      transaction.onabort = () => failed(asFault(transaction.error ?? (request ? request.error : null)));
    } catch (error) {
      failed(asFault(error));
    }
  });
}

export const store = {
  async all(): Promise<Kept> {
    const keys = await transact([THINGS], 'readonly', (of) => of(THINGS).getAllKeys());
    const values = await transact([THINGS], 'readonly', (of) => of(THINGS).getAll() as IDBRequest<unknown[]>);
    return Object.fromEntries(keys.map((key, i) => [key, values[i]])) as Kept;
  },

  /** Keeps all of these or none. */
  async keep(things: Kept): Promise<void> {
    await transact<unknown>([THINGS], 'readwrite', (of) => {
      for (const [key, value] of Object.entries(things)) {
        if (value === undefined) of(THINGS).delete(key);
        else of(THINGS).put(value, key);
      }
    });
  },

  /** Keeps the verifier's record and the verdict's line in the log, together. */
  async settle(things: Kept, entry: Entry): Promise<void> {
    await transact<unknown>([THINGS, LOG], 'readwrite', (of) => {
      for (const [key, value] of Object.entries(things)) of(THINGS).put(value, key);
      of(LOG).add(entry);
    });
  },

  policies: (): Promise<Policy[]> => transact([POLICIES], 'readonly', (of) => of(POLICIES).getAll() as IDBRequest<Policy[]>),

  async addPolicy(toml: string): Promise<number> {
    return Number(await transact([POLICIES], 'readwrite', (of) => of(POLICIES).add({ toml })));
  },

  async removePolicy(id: number): Promise<void> {
    await transact([POLICIES], 'readwrite', (of) => of(POLICIES).delete(id));
  },

  async log(): Promise<Entry[]> {
    const entries = await transact([LOG], 'readonly', (of) => of(LOG).getAll() as IDBRequest<(Entry | Older)[]>);
    return entries.map((entry) => ({ outcome: entry.code === 'accepted' ? 'accepted' : 'cannot_tell', ...entry }));
  },

  /** Adds a line by itself, for a verdict that a clerk has given. */
  async note(entry: Entry): Promise<void> {
    await transact([LOG], 'readwrite', (of) => of(LOG).add(entry));
  },

  /** Forgets the lines from before a moment; without one, all. */
  async forget(before = Infinity): Promise<void> {
    await transact<unknown>([LOG], 'readwrite', (of) => {
      const walk = of(LOG).openCursor();
      walk.onsuccess = () => {
        const cursor = walk.result;
        if (!cursor) return;
        if ((cursor.value as Entry).at < before) cursor.delete();
        cursor.continue();
      };
    });
  },

  /** Deletes everything. */
  async erase(): Promise<void> {
    (await open()).close();
    opened = undefined;
    await new Promise<void>((done, failed) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = () => done();
      request.onerror = () => failed(asFault(request.error));
    });
  },
};
