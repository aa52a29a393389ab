/** Whatever comes from outside goes through here: codes, pictures, files, texts and links. */
import { pictures } from '@glimpse/ui/pixels.ts';
import { wallet } from './api.ts';
import type { Fault, Opened } from './bindings.ts';
import { luma } from './luma.ts';
import { route, type Place } from './route.svelte.ts';
import { session } from './session.svelte.ts';

/** A larger file is no document of ours. */
const MAX_FILE = 8 << 20;

type Miss = 'nothing' | 'one_part' | 'too_large' | 'backup';

/** The screen for what was opened; nothing where there is more to come. */
function placeOf(opened: Opened): Place | undefined {
  switch (opened.kind) {
    case 'review':
      return { at: 'review', review: opened.review };
    case 'offer':
      return { at: 'offer', host: opened.host, step: opened.step };
    case 'paper_offer':
      return { at: 'paper', issuer: opened.issuer, card: opened.card, step: opened.step };
    case 'card':
      return { at: 'arrived', cards: [opened.card] };
    case 'trust':
      return { at: 'trust', trust: opened.trust };
    case 'online_request':
      return { at: 'online', host: opened.host, step: opened.step };
    case 'part':
    case 'backup':
      return undefined;
  }
}

function scan({ width, data }: ImageData): Promise<Opened | null> {
  const { pixels } = luma(width, data);
  return wallet.scan(width, pixels);
}

class Opener {
  busy = $state(false);
  fault = $state.raw<Fault>();
  /** What was looked at and is nothing to open. */
  miss = $state<Miss>();
  /** How much of a moving code is there. */
  part = $state.raw<{ done: number; of: number }>();

  clear(): void {
    this.fault = undefined;
    this.miss = undefined;
    this.part = undefined;
  }

  text(text: string): Promise<boolean> {
    return this.#work(() => wallet.openText(text));
  }

  /** The link that opened the app. */
  link(): Promise<boolean> {
    return this.#work(() => wallet.openedLink());
  }

  /** Pictures and other files: all of them, for a moving code is several pictures. */
  async files(files: readonly Blob[]): Promise<void> {
    for (const file of files) {
      const opened = await this.#work(() => this.#file(file));
      if (opened) return;
    }
    if (this.part) this.miss = 'one_part';
  }

  /** One look of the camera. Nothing is said of a look that shows nothing. */
  async look(picture: ImageData): Promise<void> {
    try {
      const opened = await scan(picture);
      if (opened) this.#take(opened);
    } catch (thrown) {
      this.fault = await session.fault(thrown);
    }
  }

  async #file(file: Blob): Promise<Opened | null> {
    if (!file.type.startsWith('image/')) {
      if (file.size > MAX_FILE) {
        this.miss = 'too_large';
        return null;
      }
      return wallet.openFile(new Uint8Array(await file.arrayBuffer()));
    }
    for await (const picture of pictures(file)) {
      const opened = await scan(picture);
      if (opened) return opened;
    }
    this.miss = 'nothing';
    return null;
  }

  async #work(work: () => Promise<Opened | null>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = undefined;
    this.miss = undefined;
    try {
      const opened = await work();
      return opened !== null && this.#take(opened);
    } catch (thrown) {
      // A picture that the browser cannot show is a picture without a code.
      if (thrown instanceof DOMException) this.miss = 'nothing';
      else this.fault = await session.fault(thrown);
      return false;
    } finally {
      this.busy = false;
      // What was dropped on another screen is spoken of where codes are scanned.
      if ((this.fault || this.miss || this.part) && route.root !== 'scan') route.start({ at: 'scan' });
    }
  }

  /** Opens the screen for it. Whether there was one. */
  #take(opened: Opened): boolean {
    this.fault = undefined;
    if (opened.kind === 'part') this.part = { done: opened.done, of: opened.of };
    if (opened.kind === 'backup') this.miss = 'backup';
    const place = placeOf(opened);
    if (!place) return false;
    this.clear();
    if (route.here.at !== 'scan') route.start({ at: 'scan' });
    if (place.at === 'arrived') session.changes += 1;
    route.go(place);
    return true;
  }
}

export const opener = new Opener();
