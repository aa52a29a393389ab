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
import { photoOf, withoutPhotos } from './photo.ts';
import { play } from './sound.ts';
import { store, StoreFault, type Poster } from './store.ts';

export interface Asking {
  symbols: { rows: string[] }[];
  text: string;
  expires: number;
  registered: boolean;
}

export interface Outcome {
  report: Report;
  /** Shown until the clerk has said whether this is the person. */
  photo: string | undefined;
  /** Whether the clerk still has to say so. */
  open: boolean;
}

export type Phase = 'asking' | 'asked' | 'over' | 'checking' | 'told' | 'trouble';

export class Cycle {
  phase = $state<Phase>('asking');
  asking = $state.raw<Asking>();
  outcome = $state.raw<Outcome>();
  /** Why nothing can be asked: a code of the library's, or of this page's. */
  trouble = $state('');

  constructor(
    readonly plate: Plate,
    /** The printed request to which answers come; without one each visitor has a fresh request. */
    readonly poster?: Poster,
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
      const { text, expires, registered } = asked;
      this.asking = { symbols, text, expires, registered };
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
      const { report, memory } = await checking;
      const photo = report.outcome === 'accepted' ? photoOf(report) : undefined;
      // On the disk before it is on the screen: a verdict that is seen is never given twice.
      const things = counter.record(memory);
      if (photo) await store.keep(things);
      else await store.settle(things, this.#line(report.code));
      this.outcome = { report: withoutPhotos(report), photo, open: photo !== undefined };
      this.phase = 'told';
      if (!photo) this.#sound(report);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The clerk has compared the photo. */
  async person(same: boolean): Promise<void> {
    const { outcome } = this;
    if (!outcome?.open) return;
    const other: Report = { outcome: 'refused', code: 'other_person', words: '', cards: [] };
    const report = same ? outcome.report : other;
    try {
      await store.note(this.#line(report.code));
      this.outcome = { report, photo: undefined, open: false };
      this.#sound(report);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Forgets whoever was here. */
  forget(): void {
    this.outcome = undefined;
    this.asking = undefined;
  }

  #line(code: string): ReturnType<typeof entry> {
    return entry(nowSeconds(), this.plate.text?.name ?? '', code);
  }

  #sound(report: Report): void {
    if (counter.settings.sound) play(report.outcome);
  }

  #fail(thrown: unknown): void {
    this.forget();
    this.trouble = thrown instanceof StoreFault ? (thrown.full ? 'storage_full' : 'storage') : codeOf(thrown);
    this.phase = 'trouble';
    if (counter.settings.sound) play('cannot_tell');
  }
}
