/** The counter: what it has, and what it can do with it. One window of a browser at a time. */
import type { Finding, PolicyText, Registered, TrustListView } from '@glimpse/verifier';
import { language } from '@glimpse/ui/i18n.svelte.ts';
import { nowSeconds } from './clock.ts';
import { engine, Fault } from './engine.ts';
import { startOfDay } from './log.ts';
import { store, StoreFault, type Kept, type Kiosk, type Policy, type Poster, type Settings } from './store.ts';

export interface Plate extends Policy {
  /** What it says of itself; nothing where it can no longer be read. */
  text: PolicyText | undefined;
  /** Whether it may ask for a photo, which somebody has to compare with a face. */
  photo: boolean;
}

export type Stage = 'starting' | 'elsewhere' | 'broken' | 'ready';

const DEFAULTS: Settings = { clear: 15, sound: true, camera: true, facing: 'environment' };
/** How long a counter's own registration is good, for trying things out, in seconds. */
const OWN = 366 * 86_400;
/** How old an answer to a poster may be: less is missed by who walks up, more is carried away too easily. */
const POSTER_WINDOW = 180;

class Counter {
  stage = $state<Stage>('starting');
  /** Why nothing works, where nothing does. */
  broken = $state<'storage' | 'verifier'>();
  name = $state('');
  toRegister = $state('');
  trust = $state.raw<TrustListView>();
  registered = $state.raw<Registered | null>(null);
  plates = $state.raw<Plate[]>([]);
  settings = $state.raw<Settings>(DEFAULTS);
  kiosk = $state.raw<Kiosk>();
  posters = $state.raw<Poster[]>([]);
  seen = $state<number>();
  /** Whether the browser promises not to throw this away when it needs room. */
  lasting = $state<boolean>();

  #kept: Kept = {};

  get made(): boolean {
    return this.toRegister !== '';
  }

  /** Whether there is something to ask, and somebody to believe. */
  get able(): boolean {
    return this.made && this.trust !== undefined && this.plates.length > 0;
  }

  /** Waits until no other window has the counter, and takes it. */
  begin(): void {
    const mine = async (): Promise<void> => {
      await this.#start();
      // Held for as long as this window is there.
      await new Promise(() => undefined);
    };
    void navigator.locks.request('glimpse-counter', { ifAvailable: true }, async (lock) => {
      if (lock) return mine();
      this.stage = 'elsewhere';
      void navigator.locks.request('glimpse-counter', mine);
    });
  }

  async #start(): Promise<void> {
    try {
      this.#kept = await store.all();
      await store.forget(startOfDay(nowSeconds()));
      this.#take();
      await this.#open();
      await this.refresh();
      this.lasting = await navigator.storage?.persisted?.();
      this.stage = 'ready';
    } catch (thrown) {
      this.broken = thrown instanceof StoreFault ? 'storage' : 'verifier';
      this.stage = 'broken';
    }
  }

  #take(): void {
    const { name, toRegister, settings, kiosk, posters, seen } = this.#kept;
    this.name = name ?? '';
    this.toRegister = toRegister ?? '';
    this.settings = { ...DEFAULTS, ...settings };
    this.kiosk = kiosk;
    this.posters = posters ?? [];
    this.seen = seen;
  }

  async #open(): Promise<void> {
    const { secret, registration, trust, memory } = this.#kept;
    if (secret && registration && trust) await engine.call('open', secret, registration, trust, memory);
  }

  /** Asks again for whatever is in the reader's language. */
  async refresh(): Promise<void> {
    const tongue = language.current;
    const policies = await store.policies();
    const text = (policy: Policy): Promise<PolicyText | undefined> => engine.call('readPolicy', policy.toml, tongue).catch(() => undefined);
    // What cannot be asked with this list shows no photo either.
    const photo = async ({ toml }: Policy): Promise<boolean> =>
      engine.call('asks', toml, nowSeconds(), tongue).then((ways) => ways.flat().some((asked) => asked.photo), () => false);
    this.plates = await Promise.all(policies.map(async (policy) => ({ ...policy, text: await text(policy), photo: await photo(policy) })));
    if (!this.#kept.trust || !this.#kept.secret) return;
    this.trust = await engine.call('trust', nowSeconds(), tongue);
    this.registered = await engine.call('registeredAs', nowSeconds(), tongue);
  }

  async #keep(things: Kept): Promise<void> {
    await store.keep(things);
    this.#kept = { ...this.#kept, ...things };
    this.#take();
  }

  /** Makes the counter's identity. Until it is registered it goes by this name, and wallets warn. */
  async make(name: string): Promise<void> {
    const { secret, toRegister } = await engine.call('newIdentity');
    const registration = await engine.call('selfRegistration', secret, { en: name }, nowSeconds() + OWN);
    await this.#keep({ secret, toRegister, name, registration });
    this.lasting = await navigator.storage?.persist?.();
  }

  /** What a trust list says, and whether the list in use vouches for it. */
  async lookAt(octets: Uint8Array): Promise<{ list: TrustListView; vouched: boolean }> {
    const list = await engine.call('readTrustList', octets, nowSeconds(), language.current);
    const { trust } = this.#kept;
    if (!trust) return { list, vouched: false };
    await engine.call('acceptTrustList', trust, octets, [], 0, nowSeconds());
    return { list, vouched: true };
  }

  /** Takes a trust list: by the one in use, or by the keys that the clerk has compared. */
  async takeTrust(octets: Uint8Array, list: TrustListView): Promise<void> {
    const { trust } = this.#kept;
    const roots = trust ? [] : list.keys;
    const accepted = await engine.call('acceptTrustList', trust, octets, roots, list.threshold, nowSeconds());
    await this.#keep({ trust: accepted });
    await this.#open();
    await this.refresh();
  }

  /** Takes a registration that is for this counter, signed by a publisher of the list in use. */
  async takeRegistration(octets: Uint8Array): Promise<void> {
    const { secret, trust } = this.#kept;
    if (!secret || !trust) throw new Fault('no_trust_list', 'a registration is checked by the trust list');
    await engine.call('acceptRegistration', secret, octets, trust, nowSeconds(), language.current);
    await this.#keep({ registration: octets });
    await this.#open();
    await this.refresh();
  }

  lint(toml: string): Promise<Finding[]> {
    return engine.call('lint', toml, nowSeconds());
  }

  async addPolicy(toml: string): Promise<void> {
    await store.addPolicy(toml);
    await this.refresh();
  }

  async removePolicy(id: number): Promise<void> {
    await store.removePolicy(id);
    await this.refresh();
  }

  /** What must be on the disk before a code or a verdict is on the screen. */
  record(memory: Uint8Array): Kept {
    const things = { memory, seen: Math.max(this.seen ?? 0, nowSeconds()) };
    this.#kept = { ...this.#kept, ...things };
    return things;
  }

  async keepRecord(memory: Uint8Array): Promise<void> {
    await this.#keep(this.record(memory));
  }

  /** Makes a poster of a policy, in the place of the one before. */
  async makePoster(plate: Plate, until: number): Promise<void> {
    const made = nowSeconds();
    const { asked, symbols, memory } = await engine.call('poster', plate.toml, POSTER_WINDOW, until, made);
    const poster = { policy: plate.id, ticket: asked.ticket, symbols, made, expires: asked.expires };
    const others = this.posters.filter(({ policy }) => policy !== plate.id);
    await this.#keep({ ...this.record(memory), posters: [...others, poster] });
  }

  /**
   * Drops what was asked, with the moment at which it was last: for a clock that was ahead. Without its
   * record no answer to an earlier code counts, so nothing counts twice; the printed codes go with it.
   */
  async forgetAsked(): Promise<void> {
    await this.#keep({ memory: undefined, seen: undefined, posters: [] });
    await this.#open();
  }

  /** The clerk says that the clock is right. */
  clockIsRight(): Promise<void> {
    return this.#keep({ seen: nowSeconds() });
  }

  set(settings: Partial<Settings>): Promise<void> {
    return this.#keep({ settings: { ...this.settings, ...settings } });
  }

  setKiosk(kiosk: Kiosk | undefined): Promise<void> {
    return this.#keep({ kiosk });
  }

  async erase(): Promise<void> {
    await store.erase();
    location.hash = '';
    location.reload();
  }
}

export const counter = new Counter();
