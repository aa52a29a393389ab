/** What stands around every screen. */
export const shell = {
  name: 'Glimpse',
  places: 'Main menu',
  cards: 'Cards',
  scan: 'Scan',
  history: 'History',
  settings: 'Settings',
  lock: 'Lock',
  back: 'Back',
  skip: 'Go to the content',
  done: 'Done',
  tryAgain: 'Try again',
  forHelpers: 'For whoever helps you',
  linkWaits: 'A link wants to open. It waits until you are done here.',
  drop: 'Let go to open it',
  pin: 'PIN',
  passphrase: 'Passphrase',
};

export type Shell = typeof shell;
