/**
 * Where the holder is: a stack in memory. Nothing of it stands in an address, so that no history of
 * a browser or a system holds what was asked; the entries only let the system's "back" work.
 */
import type { AnswerView, Card, OfferView, ReviewView, Texts, TrustView } from './bindings.ts';

export type Place =
  | { at: 'cards' }
  | { at: 'card'; id: number }
  | { at: 'revocation'; id: number }
  | { at: 'renewal' }
  | { at: 'settings' }
  | { at: 'pin' }
  | { at: 'backup' }
  | { at: 'erase' }
  | { at: 'about' }
  /** Without a list: the one in use. */
  | { at: 'trust'; trust?: TrustView }
  | { at: 'scan' }
  | { at: 'offer'; host: string; step: number }
  | { at: 'redeem'; offer: OfferView }
  | { at: 'waiting'; offer: OfferView }
  | { at: 'paper'; issuer: Texts; card: Texts; step: number }
  | { at: 'arrived'; cards: Card[] }
  | { at: 'online'; host: string; step: number }
  | { at: 'review'; review: ReviewView }
  | { at: 'answer'; answer: AnswerView }
  | { at: 'history' }
  | { at: 'receipt'; id: number };

/** The three that the bar leads to, and the settings in the corner. */
export type Root = 'cards' | 'scan' | 'history' | 'settings';

const START: Place = { at: 'cards' };

/** Under which of the bar's places a screen stands. */
const ROOTS: Record<Place['at'], Root> = {
  cards: 'cards',
  card: 'cards',
  revocation: 'cards',
  renewal: 'settings',
  settings: 'settings',
  pin: 'settings',
  backup: 'settings',
  erase: 'settings',
  about: 'settings',
  trust: 'settings',
  scan: 'scan',
  offer: 'scan',
  redeem: 'scan',
  waiting: 'scan',
  paper: 'scan',
  arrived: 'scan',
  online: 'scan',
  review: 'scan',
  answer: 'scan',
  history: 'history',
  receipt: 'history',
};

/** Screens that want the whole of a telephone: something is under way there. */
const WHOLE: readonly Place['at'][] = ['offer', 'redeem', 'paper', 'online', 'review', 'answer'];

class Route {
  #stack = $state.raw<readonly Place[]>([START]);

  constructor() {
    addEventListener('popstate', ({ state }) => this.#to(Number((state as { depth?: number } | null)?.depth ?? 0)));
  }

  get here(): Place {
    return this.#stack.at(-1) ?? START;
  }

  get root(): Root {
    return ROOTS[this.here.at];
  }

  /** Whether there is a screen to go back to. */
  get deep(): boolean {
    return this.#stack.length > 1;
  }

  get whole(): boolean {
    return WHOLE.includes(this.here.at);
  }

  /** Opens a screen over this one. */
  go(place: Place): void {
    this.#stack = [...this.#stack, place];
    history.pushState({ depth: this.#stack.length - 1 }, '');
  }

  /** Opens a screen in place of this one: "back" does not return to this. */
  swap(place: Place): void {
    this.#stack = [...this.#stack.slice(0, -1), place];
  }

  /** Begins anew with a screen that has nothing under it. */
  start(place: Place = START): void {
    this.#stack = [place];
    history.replaceState({ depth: 0 }, '');
  }

  back(): void {
    if (this.deep) history.back();
  }

  #to(depth: number): void {
    if (depth < this.#stack.length - 1) this.#stack = this.#stack.slice(0, depth + 1);
  }
}

export const route = new Route();
