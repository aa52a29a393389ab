/**
 * A real office for each test file: `glimpse-issuer serve` on a free port of this machine, in a
 * folder of its own that the program's own commands have set up.
 */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { Served } from '@glimpse/ui/testing/served.ts';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

const PROGRAM = resolve(process.env['GLIMPSE_ISSUER'] ?? '../../target/debug/glimpse-issuer');
/** The demonstration, whose people have cards. */
const DEMO = resolve(process.env['GLIMPSE_DEMO_PROGRAM'] ?? '../../target/debug/glimpse-e2e');
/** A build of the page to try instead of the one that is in the program. */
const PAGE = process.env['GLIMPSE_PAGE'];
const PASSPHRASE = 'a passphrase for tests';
export const PASSWORD = 'correct horse battery staple';

export const STAFF = { 'c.clerk': 'clerk', 'k.second': 'clerk', 'r.registrar': 'registrar', 's.registrar': 'registrar', 'a.auditor': 'auditor' } as const;

/** A program of ours that serves the page, on a free port of this machine. */
export class Service extends Served {
  /** Runs it until it says where its page is. */
  protected launch(program: string, args: readonly string[]): Promise<void> {
    return this.serve(program, args, /page[^:]*: (http:\/\/\S+)/, { GLIMPSE_PASSPHRASE: PASSPHRASE });
  }

  async remove(): Promise<void> {
    await this.stop();
  }
}

/** An office without residents, with somebody of each role. */
export class Office extends Service {
  readonly #folder = mkdtempSync(join(tmpdir(), 'glimpse-office-'));
  readonly #more: readonly string[];

  constructor(more: readonly string[] = []) {
    super();
    this.#more = more;
    this.run('init');
    for (const schema of ['resident', 'patient']) this.run('schema', resolve(`../schemas/${schema}.json`));
    const password = join(this.#folder, 'password');
    writeFileSync(password, `${PASSWORD}\n`);
    for (const [name, role] of Object.entries(STAFF)) this.run('staff', 'add', name, '--role', role, '--password-file', password);
  }

  get #office(): string {
    return join(this.#folder, 'office');
  }

  /** Runs one of the program's commands on this office. */
  run(...command: string[]): string {
    const done = spawnSync(PROGRAM, ['--office', this.#office, ...command], {
      env: { ...process.env, GLIMPSE_PASSPHRASE: PASSPHRASE },
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`${command.join(' ')}: ${done.stderr || String(done.error)}`);
    return done.stdout;
  }

  /** Starts the service, on the port that it had before if it was started before. */
  async start(): Promise<void> {
    const listen = this.url === '' ? '127.0.0.1:0' : new URL(this.url).host;
    const names = ['en=Rivermouth Registry', 'nl=Bevolking Riviermonde', 'fr=Registre de Rivebouche'].flatMap((name) => ['--name', name]);
    await this.launch(PROGRAM, ['--office', this.#office, 'serve', '--listen', listen, ...names, ...this.#more]);
  }

  override async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The demonstration's office: residents with cards, approvals and revocations that wait. */
export class Demo extends Service {
  async start(): Promise<void> {
    await this.launch(DEMO, ['demo', '--listen', '127.0.0.1:0']);
  }
}

/** Somebody's browser, signed in over the interface and not the page, for what is not about that. */
export class Desk {
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly csrf: string,
  ) {}

  /** Asks the service as the page does, to prepare what a test is not about. */
  async call<T>(method: string, path: string, data?: unknown): Promise<T> {
    const answer = await this.context.request.fetch(path, {
      method,
      headers: { 'X-CSRF-Token': this.csrf },
      ...(data === undefined ? {} : { data }),
    });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path}: ${String(answer.status())} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

const KINDS: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async function tryPage(context: BrowserContext, folder: string): Promise<void> {
  await context.route(
    (url) => !/^\/(api|health|openapi|oid4vci|renewal|\.well-known)\b/.test(url.pathname),
    (route) => {
      const { pathname } = new URL(route.request().url());
      const file = extname(pathname) === '' ? 'index.html' : pathname;
      return route.fulfill({ body: readFileSync(join(folder, file)), contentType: KINDS[extname(file)] ?? 'text/plain', headers: { 'Content-Security-Policy': POLICY } });
    },
  );
}

interface Options {
  /** Names an office: files that name different ones have offices of their own. */
  called: string;
  /** More arguments for `serve`. */
  serve: readonly string[];
}

interface Fixtures {
  /** Opens a browser of its own for somebody. */
  desk: (name: string, password?: string) => Promise<Desk>;
}

export const test = base.extend<Fixtures, Options & { office: Service }>({
  called: ['office', { option: true, scope: 'worker' }],
  serve: [[], { option: true, scope: 'worker' }],
  office: [
    async ({ serve }, use) => {
      const office = new Office(serve);
      await office.start();
      await use(office);
      await office.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ office }, use) => use(office.url),
  context: async ({ context }, use) => {
    if (PAGE) await tryPage(context, PAGE);
    await use(context);
  },
  // Whatever a test is about, nothing on its page may break the policy or fail unseen.
  page: async ({ page }, use) => {
    const faults = watch(page);
    await use(page);
    expect(faults).toEqual([]);
  },
  desk: async ({ browser, office, contextOptions, viewport, locale, timezoneId }, use) => {
    const open: [BrowserContext, string[]][] = [];
    await use(async (name, password = PASSWORD) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: office.url, viewport, ...(locale ? { locale } : {}), ...(timezoneId ? { timezoneId } : {}) });
      if (PAGE) await tryPage(context, PAGE);
      const page = await context.newPage();
      open.push([context, watch(page)]);
      const answer = await context.request.post('/api/session', { data: { name, password } });
      expect(answer.ok(), `signing in as ${name}`).toBe(true);
      const session = (await answer.json()) as { csrf: string };
      return new Desk(context, page, session.csrf);
    });
    for (const [context, faults] of open) {
      await context.close();
      expect(faults).toEqual([]);
    }
  },
});

/** Collects what goes wrong on a page without anybody seeing it. */
function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // The browser itself writes a line for each answer that is a problem; those are the tests' subject.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`a script opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code that an app shows for a key. RFC 6238 */
export function totp(secret: string, at = Date.now()): string {
  const bits = [...secret.replaceAll(/[\s=]/g, '')].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const from = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export interface Values {
  [code: string]: string | number;
}

export const RESIDENT: Values = {
  given_name: 'Ada',
  family_name: 'Okafor',
  birth_date: '1984-02-29',
  city: 1,
  district: 2,
  resident_since: '2011-06-01',
  number: '84.02.29-113.07',
  photo: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

let made = 0;

/** Registers somebody over the interface; each has a reference of her own. */
export async function register(desk: Desk, values: Values = {}): Promise<{ id: string; reference: string; version: number }> {
  const schemas = await desk.call<{ id: string; code: string }[]>('GET', '/api/schemas');
  made += 1;
  const reference = `T${process.pid}-${made}`;
  const schema = schemas.find(({ code }) => code === 'resident')?.id;
  return desk.call('POST', '/api/residents', { schema, reference, values: { ...RESIDENT, ...values } });
}

export { expect };
