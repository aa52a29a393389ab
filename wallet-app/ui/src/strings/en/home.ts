/** Cards: the stack, one of them, its sheet for when it is lost, and renewal. */
const s = (n: number, one: string, other: string): string => (n === 1 ? one : other);

export const home = {
  title: 'Your cards',
  stack: 'Your cards, one over the other',
  stackHint: 'The arrow keys move from card to card.',
  open: 'Open this card',
  empty: {
    title: 'No cards yet',
    text: 'Your first card comes from an office, such as your town hall. The office gives you a code on a screen, in a letter or as a link.',
    steps: ['Ask the office for a card for your telephone.', 'Scan the code that it gives you.', 'Look at what it offers, and take it.'],
    scan: 'Scan the office’s code',
  },
  states: {
    current: 'Up to date',
    due: 'Renewal is due',
    stale: 'Too old',
    revoked: 'No longer renewed',
    rebind: 'Waits for its office',
  },
  stateText: {
    current: 'You can use this card.',
    due: 'You can still use this card. Its renewal is fetched by itself as soon as the office answers.',
    stale: 'Most counters no longer take this card, for it missed its renewals. Connect this device and renew it.',
    revoked: 'The office has stopped renewing this card. Counters will refuse it. Ask the office why; if it was a mistake, it gives you a new one.',
    rebind: 'This card came from a backup. Its office must first tie it to this device. That happens by itself at the next renewal, or at the counter of the office.',
  },
  paperText: 'Its office sends renewals as files. Fetch one there and open it here.',
  renewed: (day: string): string => `Renewed on ${day}`,

  notices: {
    rolled_back: {
      title: 'This wallet is older than it was',
      text: 'Its files were put back to an earlier state, perhaps by a copy of the whole device. Cards and history from after that are missing. If you did not do this, ask for help. This is said until you make a new backup.',
    },
    no_trust_list: {
      title: 'The wallet knows no offices yet',
      text: 'Scan or open the list of offices first. Your town hall shows it as a code.',
    },
    trust_list_over: {
      title: 'The list of offices has run out',
      text: 'You cannot see any more who asks. Fetch the newest list from your town hall or its website.',
    },
    no_backup: {
      title: 'There is no backup yet',
      text: 'If this device is lost, so are your cards. A backup takes two minutes.',
    },
    rebind: {
      title: 'Your cards wait for their offices',
      text: 'They came from a backup. Each office must tie its card to this device before you can use it.',
    },
  },
  actions: {
    no_trust_list: 'Scan the list',
    trust_list_over: 'Scan the list',
    no_backup: 'Make a backup',
    rebind: 'See renewal',
  },

  card: {
    title: 'Card',
    values: 'What is on it',
    coveredHint: 'Covered, so that nobody reads along.',
    shownHint: 'It is covered again when you leave this screen.',
    show: 'Show what is on it',
    cover: 'Cover it again',
    none: 'not filled in',
    state: 'How it stands',
    issuer: 'From',
    last: 'Last renewal',
    renew: 'Renewal',
    lost: 'If this telephone is lost',
    lostText: 'Print a sheet with a code now, and keep it at home. With it the office stops this card at once, even when you have no telephone any more.',
    sheet: 'Sheet for when it is lost',
    remove: 'Remove this card',
    removeTitle: (card: string): string => `Remove “${card}”?`,
    removeText: 'It goes from this device and cannot be brought back from here. The office still has your data and can give you a new card. A backup that you made before keeps its copy.',
    gone: 'This card is no longer here',
  },

  sheet: {
    title: 'Sheet for a lost telephone',
    lead: 'Print this, and keep it apart from your telephone.',
    heading: 'If my telephone is lost',
    steps: (office: string): string[] => [
      `Call or visit ${office}.`,
      'Say that your telephone is lost, and give the code below.',
      'The office stops the card. From the next renewal on, nobody takes it any more.',
    ],
    card: 'Card',
    office: 'Office',
    code: 'Code to stop the card',
    spoken: 'Read the code aloud group by group.',
    safe: 'Whoever has this code can stop the card, and nothing else: it shows nothing of you and cannot be used as the card.',
    name: 'Put a name on the sheet',
    nameHint: 'Leave it off if others may find the sheet.',
    nameLabel: 'Name',
    belongs: 'Belongs to',
    made: (day: string): string => `Made on ${day}`,
    print: 'Print',
  },

  renewal: {
    title: 'Renewal',
    lead: 'Cards are renewed from time to time, so that a lost one stops working soon.',
    byItself: 'This happens by itself, at a time that says nothing of when or where you use your cards.',
    off: 'Renewing by itself is turned off. You can turn it on in the settings.',
    next: (when: string): string => `Next time by itself: ${when}`,
    last: (when: string): string => `Last asked: ${when}`,
    never: 'Not asked yet',
    cards: 'Your cards',
    due: (day: string): string => `Next one due on ${day}`,
    from: (host: string): string => `Fetched from ${host}`,
    paper: 'Comes as a file from the office',
    now: 'Renew now',
    nowHint: 'The offices see that you ask now. If you are about to use a card, you can do so without renewing first.',
    waiting: (n: number): string => s(n, 'One card still has to be approved by its office.', `${n} cards still have to be approved by their offices.`),
    done: {
      renewed: (n: number): string => s(n, 'One card was renewed.', `${n} cards were renewed.`),
      arrived: (n: number): string => s(n, 'One new card has arrived.', `${n} new cards have arrived.`),
      revoked: (n: number): string => s(n, 'One card is no longer renewed by its office.', `${n} cards are no longer renewed by their offices.`),
      unreachable: (n: number): string => s(n, 'One office did not answer. The wallet tries again later.', `${n} offices did not answer. The wallet tries again later.`),
      nothing: 'Everything is up to date already.',
    },
    none: 'There is no card that could be renewed.',
  },
};

export type Home = typeof home;
