/** Codes from a camera, a picture, a scanner that types, or a pasted text; and files as they are. */
import type { Kind } from '@glimpse/verifier';
import { pictures } from '@glimpse/ui/pixels.ts';
import { engine } from './engine.ts';

/** A larger file is no document of ours. */
const MAX_FILE = 8 << 20;

export type Miss = 'foreign' | 'nothing' | 'too_large';

interface Takes {
  /** Takes a document. */
  document: (kind: Kind, octets: Uint8Array) => Promise<void>;
  /** Takes what is no code: a file's octets, or a text. Whether it was anything. */
  plain?: (octets: Uint8Array) => Promise<boolean>;
}

export class Reading {
  busy = $state(false);
  miss = $state<Miss>();
  part = $state.raw<{ done: number; of: number }>();

  readonly #takes: Takes;

  constructor(takes: Takes) {
    this.#takes = takes;
  }

  clear(): void {
    this.miss = undefined;
    this.part = undefined;
    void engine.call('reset');
  }

  /** One look of the camera. Nothing is said of a look that shows nothing. */
  async look({ width, height, data }: ImageData): Promise<void> {
    const text = await this.#scan(width, height, data);
    if (text !== undefined && !this.busy) await this.#receive(text);
  }

  /** A text that was typed by a scanner, or pasted. */
  async text(text: string): Promise<void> {
    await this.#work(async () => {
      for (const line of text.trim().split(/\s*\n\s*/)) if (await this.#receive(line)) return;
      if (this.miss === 'foreign' && (await this.#takes.plain?.(new TextEncoder().encode(text)))) this.miss = undefined;
    });
  }

  /** Pictures and other files: all of them, for a moving code is several pictures. */
  async files(files: readonly File[]): Promise<void> {
    await this.#work(async () => {
      for (const file of files) if (await this.#file(file)) return;
    });
  }

  async #file(file: File): Promise<boolean> {
    if (file.size > MAX_FILE) return this.#missed('too_large');
    if (file.type.startsWith('image/')) return this.#picture(file);
    const octets = new Uint8Array(await file.arrayBuffer());
    const text = new TextDecoder().decode(octets).trim();
    if (/^[A-Z]{2}[\x20-\x5a]*$/.test(text) && (await this.#receive(text))) return true;
    if (await this.#takes.plain?.(octets)) {
      this.miss = undefined;
      return true;
    }
    return this.#missed('foreign');
  }

  async #picture(file: Blob): Promise<boolean> {
    try {
      for await (const { width, height, data } of pictures(file)) {
        const text = await this.#scan(width, height, data);
        if (text !== undefined) return await this.#receive(text);
      }
    } catch (thrown) {
      // A picture that the browser cannot show is a picture without a code.
      if (!(thrown instanceof DOMException)) throw thrown;
    }
    return this.#missed('nothing');
  }

  #scan(width: number, height: number, data: Uint8ClampedArray<ArrayBufferLike>): Promise<string | undefined> {
    return engine.call('scan', width, height, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** Whether a whole document was there. */
  async #receive(text: string): Promise<boolean> {
    const progress = await engine.call('receive', text);
    this.miss = progress.state === 'foreign' ? 'foreign' : undefined;
    this.part = progress.state === 'part' ? { done: progress.done, of: progress.of } : undefined;
    if (progress.state !== 'document') return false;
    await this.#takes.document(progress.kind, progress.octets);
    return true;
  }

  #missed(miss: Miss): false {
    this.miss = miss;
    return false;
  }

  async #work(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.miss = undefined;
    try {
      await work();
    } finally {
      this.busy = false;
    }
  }
}
