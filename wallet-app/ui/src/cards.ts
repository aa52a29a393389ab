/** Cards, beyond what the wallet says of them: their signs, and how long texts are cut up. */
import type { IconName } from '@glimpse/ui/components/Icon.svelte';
import type { SchemaBody } from '@glimpse/ui/schema.ts';
import type { Card, CardState } from './bindings.ts';

type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** The sign of each state: never a colour alone. */
export const SIGNS: Record<CardState, { icon: IconName; tone: Tone }> = {
  current: { icon: 'check', tone: 'good' },
  due: { icon: 'clock', tone: 'calm' },
  stale: { icon: 'warn', tone: 'warn' },
  revoked: { icon: 'stop', tone: 'bad' },
  rebind: { icon: 'phone', tone: 'warn' },
};

/** A card's schema as the shared components take it: they name the same JSON. */
export const schemaOf = (card: Card): SchemaBody => card.schema as SchemaBody;

/** Words as somebody typed or pasted them: one space between, small letters, no numbers of a list. */
export function tidyWords(typed: string): string[] {
  return typed
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s,;.\-–—:)]+/u)
    .filter((word) => word !== '' && !/^\d+$/.test(word));
}

/** Two different places among so many, in order, to ask after. */
export function twoOf(count: number, random: () => number = Math.random): [number, number] {
  const first = Math.floor(random() * count);
  const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
  return first < second ? [first, second] : [second, first];
}
