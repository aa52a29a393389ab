/** The kinds of card of this office: asked for once, for nearly every screen names one. */
import { language } from '@glimpse/ui/i18n.svelte.ts';
import { get, type Schema } from './api.ts';
import { Loader } from './load.svelte.ts';

class Kinds extends Loader<Schema[]> {
  constructor() {
    super((signal) => get<Schema[]>('/api/schemas', signal));
  }

  get all(): Schema[] {
    return this.value ?? [];
  }

  of(id: string): Schema | undefined {
    return this.all.find((schema) => schema.id === id);
  }

  name(id: string): string {
    const found = this.of(id);
    return found ? language.of(found.names) : '';
  }

  /** For a list to choose from. */
  get options(): [string, string][] {
    return this.all.map((schema) => [schema.id, language.of(schema.names)]);
  }
}

export const kinds = new Kinds();
