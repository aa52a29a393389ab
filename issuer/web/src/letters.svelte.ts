/** Which invitations of this sitting go by letter: their screen leads with the letter then. */
import { SvelteSet } from 'svelte/reactivity';

export const letters = new SvelteSet<string>();
