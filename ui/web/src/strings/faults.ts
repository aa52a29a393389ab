/** What the types cannot see of a translation: texts that are empty, or still the English ones. */

// Words that the languages share, or names.
const SHARED = /^(Glimpse|Menu|Code|Date|Type|Pages|Clerk|Note|Nombre|Octets|Revocations|Invitations|Approvals|QR|[^\p{L}]*)$/u;

type Tree = { [key: string]: unknown };

export function faults(english: object, other: object, path = ''): string[] {
  return Object.entries(english).flatMap(([key, text]: [string, unknown]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const theirs = (other as Tree)[key];
    if (typeof text === 'object' && text !== null) return faults(text, (theirs ?? {}) as object, at);
    if (typeof text === 'function') return typeof theirs === 'function' ? same(text, theirs, at) : [at];
    if (typeof theirs !== 'string' || theirs.trim() === '') return [at];
    return theirs === text && !SHARED.test(theirs) ? [at] : [];
  });
}

/** Whether a text with holes says the same in both, or drops what is put in. */
function same(text: unknown, theirs: unknown, at: string): string[] {
  type Say = (...parts: string[]) => string;
  const parts = ['7', '‹b›', '‹c›'];
  const [ours, other] = [(text as Say)(...parts), (theirs as Say)(...parts)];
  const dropped = parts.some((part) => ours.includes(part) && !other.includes(part));
  return dropped || other === ours ? [at] : [];
}
