/**
 * What the list of residents shows. It stays while the page is open, so that a clerk comes back to
 * the list that she left; it is not in the address, where a name would stay in the history.
 */
import type { ResidentState } from './api.ts';

class Filters {
  search = $state('');
  schema = $state('');
  state = $state<ResidentState | ''>('');
  page = $state(1);

  clear(): void {
    this.search = this.schema = this.state = '';
    this.page = 1;
  }

  get any(): boolean {
    return this.search.trim() !== '' || this.schema !== '' || this.state !== '';
  }
}

export const filters = new Filters();
