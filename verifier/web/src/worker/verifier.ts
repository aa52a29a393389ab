/**
 * The verifier in a thread of its own, so that neither a check nor a look at a picture holds the page
 * up. It keeps nothing: what must outlive it goes back with each result.
 */
import init, {
  acceptRegistration,
  acceptTrustList,
  Frames,
  newIdentity,
  readPolicy,
  readTrustList,
  Scanner,
  selfRegistration,
  symbolRows,
  Verifier,
  type Asked,
  type AskedOf,
  type Registered,
  type Report,
  type TrustListView,
} from '@glimpse/verifier';

/** A shown request moves where one symbol does not hold it; so many frames once through. */
const SPARE = 4;

let verifier: Verifier | undefined;
let scanner: Scanner | undefined;

function own(): Verifier {
  if (!verifier) throw new Error('no verifier is open');
  return verifier;
}

/** The codes that show a request. */
export type Symbols = { rows: string[] }[];

/** A request that was made: its codes, and what is to be kept before they are on the screen. */
interface Made {
  asked: Asked;
  symbols: Symbols;
  memory: Uint8Array;
}

/** One code where it is large enough, else a moving one. */
function shown({ rows, octets }: Asked): Symbols {
  if (rows) return [{ rows }];
  const frames = new Frames('request', octets);
  const symbols = Array.from({ length: frames.count + SPARE }, () => ({ rows: symbolRows(frames.next()) }));
  frames.free();
  return symbols;
}

const made = (asked: Asked): Made => ({ asked, symbols: shown(asked), memory: own().save() });

const methods = {
  newIdentity,
  selfRegistration,
  readTrustList,
  acceptTrustList,
  acceptRegistration,
  readPolicy,
  symbolRows,

  open(secret: Uint8Array, registration: Uint8Array, trust: Uint8Array, memory: Uint8Array | undefined): void {
    const opened = new Verifier(secret, registration, trust, memory);
    verifier?.free();
    verifier = opened;
  },

  trust: (now: number, language: string): TrustListView => own().trust(now, language),
  registeredAs: (now: number, language: string): Registered | null => own().registeredAs(now, language),
  lint: (policy: string, now: number) => own().lint(policy, now),
  asks: (policy: string, now: number, language: string): AskedOf[][] => own().asks(policy, now, language),

  request(policy: string, now: number): Made {
    const asked = own().request(policy, now);
    // Once the code is on the screen: the first visitor does not wait for it.
    setTimeout(() => verifier?.prepare(asked.ticket, now));
    return made(asked);
  },

  poster: (policy: string, window: number, until: number, now: number): Made => made(own().poster(policy, window, until, now)),

  /** Checks an answer to a poster, by its ticket. */
  checkPoster(ticket: string, answer: Uint8Array, now: number, language: string): { report: Report; memory: Uint8Array } {
    const report = own().checkFor(ticket, answer, now, language);
    return { report, memory: own().save() };
  },

  check(answer: string | Uint8Array, now: number, language: string): { report: Report; memory: Uint8Array } {
    const report = own().check(answer, now, language);
    return { report, memory: own().save() };
  },

  /** A picture on which the reader fails is one without a code; the parts that it had are begun anew. */
  scan(width: number, height: number, rgba: Uint8Array): string | undefined {
    try {
      return scanner?.scan(width, height, rgba);
    } catch (thrown) {
      if (!(thrown instanceof WebAssembly.RuntimeError)) throw thrown;
      scanner = new Scanner();
      return undefined;
    }
  },
  receive: (text: string) => (scanner ??= new Scanner()).receive(text),
  reset: (): void => scanner?.reset(),
};

export type Methods = typeof methods;
export interface Call {
  id: number;
  method: keyof Methods;
  given: unknown[];
}
export type Answer = { id: number; value: unknown } | { id: number; code: string; words: string };

const ready = init().then(() => (scanner = new Scanner()));

self.addEventListener('message', async ({ data }: MessageEvent<Call>) => {
  const { id, method, given } = data;
  try {
    await ready;
    const value = (methods[method] as (...given: unknown[]) => unknown)(...given);
    self.postMessage({ id, value } satisfies Answer);
  } catch (thrown) {
    const fault = thrown as { code?: string; message?: string };
    self.postMessage({ id, code: fault.code ?? 'internal', words: fault.message ?? String(thrown) } satisfies Answer);
  }
});
