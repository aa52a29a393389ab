/** Where the clerk is, as the part of the address after "#": no visitor and no verdict is ever in it. */

export type Place = { at: 'choose' | 'load' | 'trust' | 'policies' | 'log' | 'settings' | 'card' | 'kiosk' } | { at: 'check' | 'poster'; policy: number };

const PLAIN = ['choose', 'load', 'trust', 'policies', 'log', 'settings', 'card', 'kiosk'] as const;

export function placeOf(hash: string): Place {
  const [at = '', id = ''] = hash.replace(/^#/, '').split('/');
  if ((at === 'check' || at === 'poster') && /^\d+$/.test(id)) return { at, policy: Number(id) };
  return { at: PLAIN.find((name) => name === at) ?? 'choose' };
}

export const addressOf = (place: Place): string => ('policy' in place ? `#${place.at}/${place.policy}` : `#${place.at}`);

class Route {
  here = $state.raw<Place>(placeOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.here = placeOf(location.hash)));
  }

  go(place: Place): void {
    location.hash = addressOf(place);
  }
}

export const route = new Route();
