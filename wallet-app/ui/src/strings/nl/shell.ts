import type { Shell } from '../en/shell.ts';

export const shell: Shell = {
  name: 'Glimpse',
  places: 'Hoofdmenu',
  cards: 'Kaarten',
  scan: 'Scannen',
  history: 'Geschiedenis',
  settings: 'Instellingen',
  lock: 'Vergrendelen',
  back: 'Terug',
  skip: 'Naar de inhoud',
  done: 'Klaar',
  tryAgain: 'Opnieuw proberen',
  forHelpers: 'Voor wie u helpt',
  linkWaits: 'Een link wil openen. Die wacht tot u hier klaar bent.',
  drop: 'Laat los om het te openen',
  pin: 'Pincode',
  passphrase: 'Wachtzin',
};
