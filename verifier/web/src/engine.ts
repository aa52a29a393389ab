/** The verifier, as the page calls it: each call goes to the worker and comes back. */
import type { Answer, Call, Methods } from './worker/verifier.ts';

/** What a call failed with: a code that stays the same, and English. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    words: string,
  ) {
    super(words);
  }
}

/** The code of whatever was thrown. */
export const codeOf = (thrown: unknown): string => (thrown instanceof Fault ? thrown.code : 'internal');

interface Waiting {
  done: (value: unknown) => void;
  failed: (fault: Fault) => void;
}

class Engine {
  #worker: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #last = 0;

  call<M extends keyof Methods>(method: M, ...given: Parameters<Methods[M]>): Promise<ReturnType<Methods[M]>> {
    const worker = (this.#worker ??= this.#start());
    const id = (this.#last += 1);
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done: done as (value: unknown) => void, failed });
      worker.postMessage({ id, method, given } satisfies Call);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker/verifier.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('value' in data) waiting?.done(data.value);
      else waiting?.failed(new Fault(data.code, data.words));
    });
    // It did not load, or the module stopped: whoever waits must not wait for ever.
    worker.addEventListener('error', () => {
      for (const { failed } of this.#waiting.values()) failed(new Fault('internal', 'the verifier stopped'));
      this.#waiting.clear();
    });
    return worker;
  }
}

export const engine = new Engine();
