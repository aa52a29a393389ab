/** What can go wrong: what it is, and what to do. */
import type { FaultCode } from '../../bindings.ts';

export interface FaultText {
  title: string;
  text: string;
}

export const faults: Record<FaultCode, FaultText> = {
  locked: { title: 'The wallet is locked', text: 'Open it again to go on.' },
  wrong_pin: { title: 'That is not it', text: 'Take your time and try again.' },
  wait: { title: 'A short pause', text: 'After several wrong tries the wallet waits a while, so that nobody can guess.' },
  weak_pin: { title: 'That one is too easy to guess', text: 'Choose one without a pattern, such as digits that only you would put together.' },
  exists: { title: 'There is a wallet on this device already', text: 'Open that one, or delete it in its settings first.' },
  elsewhere: { title: 'The wallet is open in another window', text: 'Go on there, or close that window and try again here.' },
  full: { title: 'This device has no room left', text: 'Nothing was changed or lost. Delete something else from the device, then try again.' },
  damaged: { title: 'A file of the wallet is damaged', text: 'Your cards can come back from a backup. Keep the device as it is and ask for help before you delete anything.' },
  old_keys: { title: 'The keys of this wallet are from before the PIN was changed', text: 'Somebody put an older copy of the wallet’s files back. It does not open, for an old PIN must not. Put the newest files back, or ask for help before you delete anything.' },
  device_key_lost: { title: 'This device no longer has the key to the wallet', text: 'That happens when the system was installed anew. Get your cards back from your backup.' },
  keychain: { title: 'The system’s password store does not answer', text: 'Sign in to this device again, then try once more.' },
  backup: { title: 'The words and the backup do not fit together', text: 'Look at each word again, and at whether it is the right file.' },
  unreadable: { title: 'That cannot be read', text: 'There is nothing in it that this wallet knows. Take the whole code into the picture, or copy the whole link.' },
  for_counter: { title: 'This code is for a counter', text: 'It is for a device that checks cards, not for a wallet. Nothing was shared. Scan the code that asks you for something.' },
  for_site: { title: 'This question belongs to a website', text: 'It is answered on that website and nowhere else. Nothing was shared. Open the website yourself, and answer there. If somebody shows or sends you this code, do not go on: your answer would count as theirs.' },
  forged: { title: 'This request is not genuine', text: 'It was changed on its way or badly made. Nothing was shared. Ask for a new code.' },
  expired: { title: 'The time for this is over', text: 'Nothing was shared. Ask for a new code.' },
  clock: { title: 'A clock is wrong', text: 'This is dated in the future. Check the date and time of this device.' },
  unknown_issuer: { title: 'This office is not on your list', text: 'The wallet only takes cards from offices that are on its list of who can be trusted. Ask the office for the newest list.' },
  no_trust_list: { title: 'The wallet knows no offices yet', text: 'Scan or open the list of offices first. Your town hall shows it as a code.' },
  trust_list: { title: 'This list of offices is not accepted', text: 'It is older than the one you have, or not signed by those who may. Your own list stays.' },
  not_pending: { title: 'This answers nothing that you asked for', text: 'Begin again at the office: scan its code first, then show yours.' },
  offline: { title: 'Nobody answers', text: 'Check that this device is connected, then try again. Nothing was lost.' },
  other_side: { title: 'The other side made a mistake', text: 'It answered, but not as it should. Try again later, or tell the office.' },
  wrong_code: { title: 'That code is not right', text: 'Compare it with what the office gave you, and type it again.' },
  offer_over: { title: 'This offer has been used or is over', text: 'Ask the office for a new one.' },
  refused: { title: 'The office sent something else than it announced', text: 'Nothing was kept. Tell the office.' },
  cannot_answer: { title: 'You cannot answer this', text: 'None of your cards fits what is asked.' },
  missing: { title: 'This is no longer there', text: 'Go back and begin again.' },
  other: { title: 'Something went wrong', text: 'Try again; if it stays, ask for help.' },
};

export type Faults = typeof faults;
