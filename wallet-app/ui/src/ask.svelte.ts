/** What a screen asks the wallet for, and what a button does: the answer, or the fault to be said. */
import type { Fault } from './bindings.ts';
import { session } from './session.svelte.ts';

/** An answer that is asked for as a screen opens, and again when the cards have changed. */
export class Asked<T> {
  value = $state.raw<T>();
  fault = $state.raw<Fault>();

  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async again(): Promise<void> {
    try {
      this.value = await this.#ask();
      this.fault = undefined;
    } catch (thrown) {
      this.fault = await session.fault(thrown);
    }
  }
}

/** Asks at once. Call it as a component starts. */
export function asked<T>(ask: () => Promise<T>): Asked<T> {
  const answer = new Asked(ask);
  $effect(() => {
    void session.changes;
    void answer.again();
  });
  return answer;
}

/** One thing that a button does: at most once at a time, with its fault kept for the screen. */
export class Action {
  busy = $state(false);
  fault = $state.raw<Fault>();

  /** Whether it went through. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = undefined;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.fault = await session.fault(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
