/** The wallet's commands, as the shell has them. What each does is said in `wallet-app/wallet/src/app`. */
import { invoke } from '@tauri-apps/api/core';
import type {
  AnswerView,
  BackupView,
  Card,
  Fault,
  HistoryView,
  OfferView,
  Opened,
  PaperRequest,
  Redeemed,
  RenewalView,
  RenewedView,
  ReviewView,
  Settings,
  Status,
  TrustView,
} from './bindings.ts';

/** Whether something that was thrown is what the wallet says went wrong. */
export const isFault = (thrown: unknown): thrown is Fault =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown;

export const wallet = {
  status: (): Promise<Status> => invoke('status'),
  setLanguage: (language: string): Promise<void> => invoke('set_language', { language }),
  create: (pin: string): Promise<Status> => invoke('create', { pin }),
  unlock: (pin: string): Promise<Status> => invoke('unlock', { pin }),
  lock: (): Promise<Status> => invoke('lock'),
  /** Somebody is here: the idle lock begins anew. */
  touch: (): Promise<void> => invoke('touch'),
  changePin: (old: string, fresh: string): Promise<void> => invoke('change_pin', { old, new: fresh }),
  settings: (): Promise<Settings> => invoke('settings'),
  setSettings: (settings: Settings): Promise<void> => invoke('set_settings', { settings }),
  /** Deletes everything, after the PIN. */
  erase: (pin: string): Promise<Status> => invoke('erase', { pin }),

  cards: (): Promise<Card[]> => invoke('cards'),
  removeCard: (id: number): Promise<void> => invoke('remove_card', { id }),
  /** The code that an office takes to revoke a card whose telephone is lost. */
  revocationCode: (id: number): Promise<string> => invoke('revocation_code', { id }),

  /** Opens a text: of a QR code, pasted, or a link. */
  openText: (text: string): Promise<Opened> => invoke('open_text', { text }),
  openFile: (octets: Uint8Array): Promise<Opened> => invoke('open_file', octets),
  /** One octet a pixel, in rows of `width`; nothing where there is no code. */
  scan: (width: number, pixels: Uint8Array): Promise<Opened | null> =>
    invoke('scan', pixels, { headers: { width: String(width) } }),
  /** The link that opened the app. */
  openedLink: (): Promise<Opened | null> => invoke('opened_link'),

  /** Asks the office of the offer on the screen what it offers: the first time that anything is fetched. */
  fetchOffer: (step: number): Promise<OfferView> => invoke('fetch_offer', { step }),
  redeem: (step: number, code: string | null): Promise<Redeemed> => invoke('redeem', { step, code }),
  paperRequest: (step: number): Promise<PaperRequest> => invoke('paper_request', { step }),

  /** Asks the site of the link on the screen what it asks. */
  fetchRequest: (step: number): Promise<ReviewView> => invoke('fetch_request', { step }),
  agree: (step: number, alternative: number): Promise<AnswerView> => invoke('agree', { step, alternative }),
  decline: (): Promise<void> => invoke('decline'),

  history: (): Promise<HistoryView[]> => invoke('history'),
  /** Forgets one showing, or all. */
  forget: (showing: number | null): Promise<void> => invoke('forget', { showing }),

  renewal: (): Promise<RenewalView> => invoke('renewal'),
  renewNow: (): Promise<RenewedView> => invoke('renew_now'),

  trust: (): Promise<TrustView | null> => invoke('trust'),
  acceptTrust: (step: number): Promise<TrustView> => invoke('accept_trust', { step }),

  backUp: (): Promise<BackupView> => invoke('back_up'),
  /** Only where there is no wallet yet. */
  restore: (file: Uint8Array, words: string, pin: string): Promise<Status> =>
    invoke('restore', { file: Array.from(file), words, pin }),
};
