/** QR symbols as drawings. */

/** Modules of white that a reader needs around a symbol. */
export const QUIET = 4;

/** The dark modules as one path: a rectangle for each run in a row. */
export function path(rows: readonly string[]): string {
  return rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`)).join('');
}

/** The view of a drawing that has its quiet zone. */
export const view = (side: number): string => `${-QUIET} ${-QUIET} ${side + 2 * QUIET} ${side + 2 * QUIET}`;
