/** A kind of card while it is being made: what the designer's fields hold, and what is wrong with it. */
import type { Texts } from '@glimpse/ui/i18n.svelte.ts';
import { choices, kindOf, type Attribute, type AttributeType, type Kind, type SchemaBody, type Value } from '@glimpse/ui/schema.ts';
import { octets, size } from '@glimpse/ui/values.ts';
import type { OfficeTexts } from './strings/en.ts';

export interface Name {
  tag: string;
  text: string;
}

export interface Choice {
  key: number;
  code: string;
  names: Name[];
}

export interface Line {
  key: number;
  code: string;
  names: Name[];
  kind: Kind;
  length: string;
  choices: Choice[];
}

export interface Draft {
  code: string;
  names: Name[];
  epoch: string;
  lines: Line[];
}

/** Languages that a name can be given in, beside whichever a copied kind has. */
export const TAGS = ['en', 'nl', 'fr', 'de', 'es', 'it', 'pt', 'pl', 'ro', 'bg', 'el', 'hu', 'cs', 'sk', 'sl', 'hr', 'da', 'sv', 'fi', 'et', 'lv', 'lt', 'ga', 'mt', 'uk', 'tr', 'ar'];

const MAX_NAME = 200;
/** As large as a photo may be: offices keep them smaller. */
const PHOTO_OCTETS = 4096;
const MAX_LINES = 32;

let keys = 0;
/** Tells two lines apart while they are moved about. */
const key = (): number => (keys += 1);

const noNames = (tag: string): Name[] => [{ tag, text: '' }];

export const newChoice = (code: number, tag: string): Choice => ({ key: key(), code: String(code), names: noNames(tag) });

export const newLine = (tag: string): Line => ({ key: key(), code: '', names: noNames(tag), kind: 'text', length: '64', choices: [newChoice(1, tag)] });

export const newDraft = (tag: string): Draft => ({ code: '', names: noNames(tag), epoch: '7', lines: [newLine(tag)] });

const fromTexts = (texts: Texts): Name[] => Object.entries(texts).map(([tag, text]) => ({ tag, text }));

const toTexts = (names: readonly Name[]): Texts =>
  Object.fromEntries(names.filter(({ text }) => text.trim() !== '').map(({ tag, text }) => [tag, text.trim()]));

export function fromSchema(schema: SchemaBody, tag: string): Draft {
  return {
    code: schema.code,
    names: fromTexts(schema.names),
    epoch: String(schema.epoch_days),
    lines: schema.attributes.map((attribute) => ({
      key: key(),
      code: attribute.code,
      names: fromTexts(attribute.names),
      kind: kindOf(attribute.type),
      length: String(size(attribute.type) || 64),
      choices:
        kindOf(attribute.type) === 'enumeration'
          ? choices(attribute.type).map(([code, names]) => ({ key: key(), code: String(code), names: fromTexts(names) }))
          : [newChoice(1, tag)],
    })),
  };
}

function toType(line: Line): AttributeType {
  switch (line.kind) {
    case 'text':
      return { text: Number(line.length) };
    case 'bytes':
      return { bytes: Number(line.length) };
    case 'photo':
      return { photo: PHOTO_OCTETS };
    case 'enumeration':
      return { enumeration: Object.fromEntries(line.choices.map(({ code, names }) => [code.trim(), toTexts(names)])) };
    default:
      return line.kind;
  }
}

export const toSchema = (draft: Draft): SchemaBody => ({
  code: draft.code.trim(),
  names: toTexts(draft.names),
  epoch_days: Number(draft.epoch),
  attributes: draft.lines.map((line): Attribute => ({ code: line.code.trim(), names: toTexts(line.names), type: toType(line) })),
});

/** The code that a name suggests: `Date of birth` is `date_of_birth`. */
export const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 32)
    .replaceAll(/^_+|_+$/g, '');

/** The path of the field here that shows what the service says of a path of its own. */
export function ours(path: string, draft: Draft): string {
  const choice = /^attributes\[(\d+)\]\.type\.enumeration\.(\d+)/.exec(path);
  if (choice) {
    const found = draft.lines[Number(choice[1])]?.choices.findIndex(({ code }) => Number(code) === Number(choice[2])) ?? -1;
    return `attributes[${choice[1]}].type.enumeration[${Math.max(0, found)}].names`;
  }
  return path.replace(/(^|\.)names\..*$/, '$1names').replace(/\.type\..*$/, '.type');
}

/** The id of the field that a path such as `attributes[2].code` names. */
export const idOf = (path: string): string => `design-${path.replaceAll(/[^a-z0-9_]+/gi, '-').replace(/-$/, '')}`;

type Words = OfficeTexts['designer'];

const CODE = /^[a-z0-9_]{1,32}$/;
const whole = (text: string, least: number, most: number): boolean =>
  /^\d{1,5}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

/** What is wrong, by path. */
export function check(draft: Draft, words: Words): Record<string, string> {
  const found: Record<string, string> = {};
  const say = (path: string, wrong: boolean, message: string): void => {
    if (wrong) found[path] ??= message;
  };
  const names = (path: string, list: readonly Name[]): void => {
    say(path, Object.keys(toTexts(list)).length === 0, words.needName);
    say(path, list.some(({ text }) => octets(text.trim()) > MAX_NAME), words.nameLong);
  };
  say('code', !CODE.test(draft.code.trim()), words.needCode);
  names('names', draft.names);
  say('epoch_days', !whole(draft.epoch, 1, 3660), words.needEpoch);
  say('attributes', draft.lines.length === 0 || draft.lines.length > MAX_LINES, words.needLine);
  draft.lines.forEach((line, i) => {
    const path = `attributes[${i}]`;
    names(`${path}.names`, line.names);
    say(`${path}.code`, !CODE.test(line.code.trim()), words.needCode);
    say(`${path}.code`, draft.lines.some((other, j) => j < i && other.code.trim() === line.code.trim()), words.codeTwice);
    say(`${path}.type`, line.kind === 'photo' && draft.lines.some((other, j) => j < i && other.kind === 'photo'), words.photoTwice);
    if (line.kind === 'text' || line.kind === 'bytes') say(`${path}.type`, !whole(line.length, 1, 256), words.needLength);
    if (line.kind === 'enumeration') checkChoices(path, line.choices, words, say, names);
  });
  return found;
}

function checkChoices(
  path: string,
  list: readonly Choice[],
  words: Words,
  say: (path: string, wrong: boolean, message: string) => void,
  names: (path: string, list: readonly Name[]) => void,
): void {
  say(`${path}.type`, list.length === 0, words.needChoices);
  list.forEach((choice, j) => {
    const at = `${path}.type.enumeration[${j}]`;
    const twice = list.some((other, k) => k < j && Number(other.code) === Number(choice.code));
    say(at, twice || !whole(choice.code, 0, 65_535), words.needChoiceCode);
    names(`${at}.names`, choice.names);
  });
}

/** Moves an item to another place of a list. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** Made-up values for a preview. */
export function samples(schema: SchemaBody, text: string): Record<string, Value> {
  const entries = schema.attributes.map(({ code, type }): [string, Value] => {
    switch (kindOf(type)) {
      case 'date':
        return [code, code === 'birth_date' ? '1990-05-31' : '2026-01-15'];
      case 'count':
        return [code, 3];
      case 'enumeration':
        return [code, choices(type)[0]?.[0] ?? 0];
      case 'photo':
        return [code, ''];
      default:
        return [code, text];
    }
  });
  return Object.fromEntries(entries);
}
