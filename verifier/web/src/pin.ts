/** The PIN that ends the kiosk: it keeps visitors out, not somebody who takes the machine apart. */
import type { Kiosk } from './store.ts';

const ROUNDS = 300_000;
/** So many wrong tries, then a pause. */
const TRIES = 5;
const PAUSE = 60;

async function stretch(pin: string, salt: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: salt.slice(), iterations: ROUNDS }, key, 256);
  return new Uint8Array(bits);
}

export async function lockWith(pin: string, policy: number): Promise<Kiosk> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { policy, salt, pin: await stretch(pin, salt), tries: 0, locked: 0 };
}

/** What a try comes to: open, or what is kept instead. */
export async function tryPin(kiosk: Kiosk, pin: string, now: number): Promise<'open' | Kiosk> {
  if (now < kiosk.locked) return kiosk;
  const given = await stretch(pin, kiosk.salt);
  if (given.every((octet, i) => octet === kiosk.pin[i])) return 'open';
  const tries = kiosk.tries + 1;
  return tries < TRIES ? { ...kiosk, tries } : { ...kiosk, tries: 0, locked: now + PAUSE };
}
