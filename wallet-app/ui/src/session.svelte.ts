/** Whether the wallet is open, and what the shell tells of it. The wallet decides; this remembers. */
import { listen } from '@tauri-apps/api/event';
import { isFault, wallet } from './api.ts';
import type { Fault, Status } from './bindings.ts';
import { route } from './route.svelte.ts';

/** Every ten seconds is often enough to say that somebody is here. */
const TOUCH_EVERY = 10_000;

class Session {
  status = $state.raw<Status>();
  /** Counts what changed the cards, so that a screen which shows them can ask again. */
  changes = $state(0);
  /** Whether the first run's last step is still on the screen: the wallet is open, but only just. */
  beginning = $state(false);
  /** Why it locked, where the holder did not do it herself. */
  idled = $state(false);
  #touched = 0;

  /** Asks how the wallet stands, and listens from then on. */
  async begin(): Promise<void> {
    this.take(await wallet.status());
    await Promise.all([
      listen('locked', () => void this.#idle()),
      listen('changed', () => (this.changes += 1)),
      listen('link', () => void this.refresh()),
    ]);
  }

  /** Takes what a command says of the wallet's state. */
  take(status: Status): void {
    const closed = this.status?.stage === 'open' && status.stage !== 'open';
    this.status = status;
    if (closed) route.start();
    if (status.stage === 'open') this.idled = false;
  }

  async refresh(): Promise<void> {
    this.take(await wallet.status());
  }

  async lock(): Promise<void> {
    this.take(await wallet.lock());
  }

  /** Somebody is here. */
  touched(now = Date.now()): void {
    if (this.status?.stage !== 'open' || now - this.#touched < TOUCH_EVERY) return;
    this.#touched = now;
    // A touch that is not heard only means that the wallet locks sooner.
    wallet.touch().catch(() => undefined);
  }

  /** What went wrong, for a screen to say; where the wallet turned out to be closed, that shows too. */
  async fault(thrown: unknown): Promise<Fault> {
    if (!isFault(thrown)) return { code: 'other', detail: thrown instanceof Error ? thrown.message : String(thrown) };
    if (thrown.code === 'locked') await this.refresh();
    return thrown;
  }

  async #idle(): Promise<void> {
    this.idled = true;
    await this.refresh();
  }
}

export const session = new Session();
