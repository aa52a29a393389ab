import type { Shell } from '../en/shell.ts';

export const shell: Shell = {
  name: 'Glimpse',
  places: 'Menu principal',
  cards: 'Cartes',
  scan: 'Scanner',
  history: 'Historique',
  settings: 'Réglages',
  lock: 'Verrouiller',
  back: 'Retour',
  skip: 'Aller au contenu',
  done: 'Terminé',
  tryAgain: 'Réessayer',
  forHelpers: 'Pour la personne qui vous aide',
  linkWaits: 'Un lien veut s’ouvrir. Il attend que vous ayez fini ici.',
  drop: 'Relâchez pour ouvrir',
  pin: 'Code PIN',
  passphrase: 'Phrase secrète',
};
