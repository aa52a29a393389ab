/** Whether an address is one of a screen's, and what it names. */

export type Params = Record<string, string>;

/** The parameters of a path such as `/residents/:id` when the address is one, else nothing. */
export function match(pattern: string, path: string): Params | undefined {
  const [wanted, given] = [pattern.split('/'), path.replace(/(.)\/$/, '$1').split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Params = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
    } else if (/^[0-9a-z]+$/.test(value)) params[part.slice(1)] = value;
    else return undefined;
  }
  return params;
}
