/**
 * One visitor after another: ask, wait for the answer, check, show, forget. What was shown lives in
 * `outcome` and nowhere else, and is gone with it.
 */
import type { Report } from '@glimpse/verifier';
import { language } from '@glimpse/ui/i18n.svelte.ts';
import { nowSeconds } from './clock.ts';
import { counter, type Plate } from './counter.svelte.ts';
import { codeOf, engine } from './engine.ts';
import { entry } from './log.ts';
import { photosOf, withoutPhotos, type Photo } from './photo.ts';
import { play } from './sound.ts';
import { store, type Entry, type Poster } from './store.ts';
import type { Symbols } from './worker/verifier.ts';

export interface Asking {
  symbols: Symbols;
  expires: number;
  registered: boolean;
}

export interface Outcome {
  report: Report;
  /** Shown until the clerk has said whether this is the person; none once that is said. */
  photos: readonly Photo[];
}

/** What comes of the photos: the clerk's word, or that there is none. */
export type Compared = 'same' | 'other' | 'photo_damaged' | 'not_compared';

/** A verdict of this page's own, of which nothing that was shown is left. */
const own = (outcome: Report['outcome'], code: string): Report => ({ outcome, code, words: '', cards: [] });

export type Phase = 'asking' | 'asked' | 'over' | 'checking' | 'told' | 'trouble';

export class Cycle {
  phase = $state<Phase>('asking');
  asking = $state.raw<Asking>();
  outcome = $state.raw<Outcome>();
  /** Why nothing can be asked: a code of the library's, or of this page's. */
  trouble = $state('');
  #comparing = false;

  constructor(
    readonly plate: Plate,
    /** The printed request to which answers come; without one each visitor has a fresh request. */
    readonly poster?: Poster,
    /** Whether somebody is there who can compare a photo. */
    readonly attended = true,
  ) {}

  async ask(): Promise<void> {
    this.outcome = undefined;
    if (this.poster) {
      this.phase = 'asked';
      return;
    }
    this.phase = 'asking';
    try {
      const { asked, symbols, memory } = await engine.call('request', this.plate.toml, nowSeconds());
      await counter.keepRecord(memory);
      this.asking = { symbols, expires: asked.expires, registered: asked.registered };
      this.phase = 'asked';
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The time for an answer is over. */
  end(): void {
    if (this.phase === 'asked') this.phase = 'over';
  }

  async take(answer: Uint8Array): Promise<void> {
    if (this.phase !== 'asked' && this.phase !== 'over') return;
    this.phase = 'checking';
    try {
      const [now, tongue, { poster }] = [nowSeconds(), language.current, this];
      const checking = poster ? engine.call('checkPoster', poster.ticket, answer, now, tongue) : engine.call('check', answer, now, tongue);
      const { report: checked, memory } = await checking;
      const shown = checked.outcome === 'accepted' ? photosOf(checked) : [];
      // A visitor must not be the one who says that the face is the right one.
      const report = shown.length > 0 && !this.attended ? own('cannot_tell', 'unattended') : checked;
      const photos = report === checked ? shown : [];
      // On the disk before it is on the screen: a verdict that is seen is never given twice.
      const things = counter.record(memory);
      if (photos.length > 0) await store.keep(things);
      else await store.settle(things, this.#line(report));
      this.outcome = { report: withoutPhotos(report), photos };
      this.phase = 'told';
      if (photos.length === 0) this.#sound(report);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The clerk has compared the photos, or it has come to nothing. */
  async person(compared: Compared): Promise<void> {
    const { outcome } = this;
    if (!outcome || outcome.photos.length === 0 || this.#comparing) return;
    const untold = (code: string): Report => (code === 'other' ? own('refused', 'other_person') : own('cannot_tell', code));
    const report = compared === 'same' ? outcome.report : untold(compared);
    // The first word counts: a question that expires while "Yes" is written down changes nothing.
    this.#comparing = true;
    try {
      await store.note(this.#line(report));
      this.outcome = { report, photos: [] };
      this.#sound(report);
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      this.#comparing = false;
    }
  }

  /** Forgets whoever was here. */
  forget(): void {
    this.outcome = undefined;
    this.asking = undefined;
  }

  #line(report: Report): Entry {
    return entry(nowSeconds(), this.plate.text?.name ?? '', report);
  }

  #sound(report: Report): void {
    if (counter.settings.sound) play(report.outcome);
  }

  #fail(thrown: unknown): void {
    this.forget();
    this.trouble = codeOf(thrown);
    this.phase = 'trouble';
    if (counter.settings.sound) play('cannot_tell');
  }
}
