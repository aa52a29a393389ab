import { expect, test } from 'vitest';
import { csv, entry, startOfDay } from './log.ts';

test('a line holds a minute, and not the second', () => {
  const report = { outcome: 'cannot_tell' as const, code: 'misfit', words: 'cannot tell', cards: [] };
  expect(entry(1_795_534_799, 'Over 18', report)).toEqual({ at: 1_795_534_740, policy: 'Over 18', outcome: 'cannot_tell', code: 'misfit' });
});

test('a table has its head, and quotes what needs it', () => {
  const rows = csv([{ at: 0, policy: 'Over 18, "city"', outcome: 'accepted', code: 'accepted' }]).split('\r\n');
  expect(rows[0]).toBe('time,policy,verdict');
  expect(rows[1]).toMatch(/^19\d\d-\d\d-\d\d \d\d:\d\d,"Over 18, ""city""",accepted$/);
  expect(rows).toHaveLength(3);
});

test('nothing of it is a formula for a spreadsheet', () => {
  expect(csv([{ at: 0, policy: '=HYPERLINK("x")', outcome: 'refused', code: '-1' }])).toContain(`"'=HYPERLINK(""x"")",'-1`);
});

test('a day begins at midnight here', () => {
  const at = new Date(2026, 10, 24, 16, 33, 5).getTime() / 1000;
  expect(startOfDay(at)).toBe(new Date(2026, 10, 24).getTime() / 1000);
});
