/** Something that a screen asks the service for: what came, or why nothing did. */
import { Problem } from './api.ts';

export class Loader<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();
  busy = $state(false);

  #abort = new AbortController();
  readonly #ask: (signal: AbortSignal) => Promise<T>;

  constructor(ask: (signal: AbortSignal) => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks, and forgets what was asked before and is not yet answered. */
  async load(): Promise<void> {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    this.busy = true;
    try {
      const value = await this.#ask(signal);
      if (signal.aborted) return;
      this.value = value;
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }

  stop(): void {
    this.#abort.abort();
  }
}

/** Asks at once; the answer is dropped when the screen is left. Call it as a component starts. */
export function loaded<T>(ask: (signal: AbortSignal) => Promise<T>): Loader<T> {
  const loader = new Loader(ask);
  $effect(() => {
    void loader.load();
    return () => loader.stop();
  });
  return loader;
}

/** Calls again and again while `wanted` says so and the page is in view. */
export function poll(wanted: () => boolean, every: number, again: () => Promise<void>): void {
  $effect(() => {
    if (!wanted()) return;
    let timer = 0;
    const next = (): void => {
      timer = window.setTimeout(async () => {
        if (!document.hidden) await again();
        if (timer !== -1) next();
      }, every);
    };
    next();
    return () => {
      clearTimeout(timer);
      timer = -1;
    };
  });
}

/** One thing that a button does: at most once at a time, with its problem kept for the screen. */
export class Action {
  busy = $state(false);
  problem = $state.raw<Problem>();

  /** Whether it went through. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
