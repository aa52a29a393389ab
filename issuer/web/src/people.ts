/** What a person is called on the page, and where an invitation still leads somewhere. */
import { kindOf, type SchemaBody } from '@glimpse/ui/schema.ts';
import type { InvitationState, Resident } from './api.ts';

/** The first two texts of the record, as the list has it. */
export function nameOf(schema: SchemaBody | undefined, resident: Resident): string {
  const texts = (schema?.attributes ?? []).filter((attribute) => kindOf(attribute.type) === 'text').slice(0, 2);
  return texts
    .map(({ code }) => resident.values[code])
    .filter((value) => value !== undefined && value !== '')
    .join(' ');
}

export const OPEN_STATES: readonly InvitationState[] = ['open', 'scanned', 'waiting'];
