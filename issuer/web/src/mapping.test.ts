import type { SchemaBody } from '@glimpse/ui/schema.ts';
import { expect, test } from 'vitest';
import { faults } from './mapping.ts';

const SCHEMA: SchemaBody = {
  code: 'resident',
  names: { en: 'Resident card' },
  epoch_days: 7,
  attributes: [
    { code: 'given_name', names: { en: 'Given name' }, type: { text: 64 } },
    { code: 'birth_date', names: { en: 'Date of birth' }, type: 'date' },
  ],
};
const mapped = (...attributes: (string | null)[]) => faults(attributes.map((attribute, column) => ({ column, attribute })), SCHEMA);

test('a whole mapping lacks nothing, however many columns are left out', () => {
  expect(mapped(null, 'birth_date', 'reference', 'given_name', null)).toEqual({ twice: [], missing: [] });
});

test('a mapping lacks what no column has, and says what two have', () => {
  expect(mapped('given_name')).toEqual({ twice: [], missing: ['reference', 'birth_date'] });
  expect(mapped('given_name', 'given_name', 'reference', 'birth_date')).toEqual({ twice: ['given_name'], missing: [] });
});
