/** Three sounds that are told apart by their number and direction: up, down, and twice the same. */

type Tone = 'accepted' | 'refused' | 'cannot_tell';

/** [pitch, begin, length] of each note, in hertz and seconds. */
const NOTES: Record<Tone, readonly (readonly [number, number, number])[]> = {
  accepted: [[660, 0, 0.12], [990, 0.13, 0.22]],
  refused: [[330, 0, 0.18], [220, 0.2, 0.4]],
  cannot_tell: [[440, 0, 0.12], [440, 0.2, 0.12], [440, 0.4, 0.12]],
};

let context: AudioContext | undefined;

/** Browsers let a page sound only after it was touched. */
export function wake(): void {
  if (typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
}

export function play(tone: Tone): void {
  if (context?.state !== 'running') return;
  for (const [pitch, begin, length] of NOTES[tone]) {
    const [note, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + begin];
    note.frequency.value = pitch;
    note.type = tone === 'refused' ? 'sawtooth' : 'sine';
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.25, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
    note.connect(volume).connect(context.destination);
    note.start(at);
    note.stop(at + length);
  }
}
