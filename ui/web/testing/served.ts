/** A program of ours that serves a page on a free port of this machine, and what goes wrong on the page. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';

export class Served {
  url = '';
  #child: ChildProcess | undefined;

  /** Runs it until it says where its page is: the first group of `says`. */
  protected async serve(program: string, args: readonly string[], says: RegExp, env: Record<string, string> = {}): Promise<void> {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    this.url = await new Promise((found, failed) => {
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`${program} ended at once: ${String(code)}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const url = says.exec(line)?.[1];
        if (url) found(url.replace(/\/$/, ''));
      });
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  }
}

/** Collects what goes wrong on a page without anybody seeing it. */
export function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // The browser itself writes a line for each answer that is a fault; those are the tests' subject. A
    // blob's address is read now and then by what watches the page; the page itself never does, and its policy refuses it.
    if (message.type() === 'error' && !/^(Failed to load resource|Connecting to 'blob:)/.test(message.text())) faults.push(message.text());
  });
  return faults;
}
