// Generated from wallet-app/wallet/src/app/views: `GLIMPSE_WRITE=1 cargo test -p glimpse-wallet bindings`.
export type Texts = Record<string, string>;

export type Stage = "new" | "locked" | "open" | "elsewhere" | "lost";

export type Notice = "rolled_back" | "no_trust_list" | "trust_list_over" | "no_backup" | "rebind";

export type Status = { 
/**
 * Where it stands.
 */
stage: Stage, 
/**
 * Seconds until the PIN may be tried again, after wrong ones; 0 when now.
 */
wait: number, 
/**
 * Wrong PINs in a row.
 */
wrong: number, 
/**
 * Whether the system's keychain holds the device key. Where there is none, a passphrase of at
 * least eight characters stands in for the PIN.
 */
keychain: boolean, 
/**
 * What the holder should know, once the wallet is open.
 */
notices: Array<Notice>, 
/**
 * Minutes without a touch after which it locks.
 */
lock_after: number, 
/**
 * Whether a link waits that opened the app; `opened` gives it, once the wallet is open.
 */
link_waits: boolean, };

export type FaultCode = "locked" | "wrong_pin" | "wait" | "weak_pin" | "exists" | "elsewhere" | "full" | "damaged" | "old_keys" | "device_key_lost" | "keychain" | "backup" | "unreadable" | "for_counter" | "for_site" | "forged" | "expired" | "clock" | "unknown_issuer" | "no_trust_list" | "trust_list" | "not_pending" | "offline" | "other_side" | "wrong_code" | "offer_over" | "refused" | "cannot_answer" | "missing" | "other";

export type Fault = { 
/**
 * What.
 */
code: FaultCode, 
/**
 * Seconds to wait, where that is the matter.
 */
wait?: number, 
/**
 * For whoever helps, in English; no value, key or code.
 */
detail?: string, };

export type BackupView = { 
/**
 * The words that open it, shown once.
 */
words: Array<string>, 
/**
 * Where the file is.
 */
file: string, };

export type Settings = { 
/**
 * Minutes without a touch after which the wallet locks: 1 to 30.
 */
lock_after: number, 
/**
 * Whether renewals are fetched by themselves.
 */
renew_by_itself: boolean, };

export type CardState = "current" | "due" | "stale" | "revoked" | "rebind";

export type AttributeKind = "date" | "count" | { "text": number } | { "bytes": number } | { "photo": number } | { "enumeration": { [key in number]: { [key in string]: string } } };

export type AttributeView = { 
/**
 * Its code.
 */
code: string, 
/**
 * Its names.
 */
names: { [key in string]: string }, 
/**
 * Its type.
 */
type: AttributeKind, };

export type SchemaView = { 
/**
 * Its code.
 */
code: string, 
/**
 * Its names.
 */
names: { [key in string]: string }, 
/**
 * Days between renewals.
 */
epoch_days: number, 
/**
 * Its attributes, in order.
 */
attributes: Array<AttributeView>, };

export type Card = { 
/**
 * By which commands name it.
 */
id: number, 
/**
 * What it is drawn from.
 */
schema: SchemaView, 
/**
 * Values by attribute code: numbers for counts and choices, base64 for a photo, else texts.
 */
values: Record<string, string | number>, 
/**
 * The issuer's names.
 */
issuer: { [key in string]: string }, 
/**
 * The day of its last renewal.
 */
renewed: string, 
/**
 * How it stands.
 */
state: CardState, 
/**
 * Whether it can be renewed over the network.
 */
online: boolean, };

export type Reason = "no_card" | "too_old" | "not_true" | "stranger" | "misfit";

export type StatedView = { "kind": "age", 
/**
 * Years.
 */
years: number, } | { "kind": "at_most", 
/**
 * The bound.
 */
value: string, } | { "kind": "at_least", 
/**
 * The bound.
 */
value: string, } | { "kind": "on_or_before", 
/**
 * The bound.
 */
day: string, } | { "kind": "on_or_after", 
/**
 * The bound.
 */
day: string, } | { "kind": "one_of", 
/**
 * The choices.
 */
values: Array<string>, } | { "kind": "same_as", 
/**
 * The other attribute.
 */
attribute: string, 
/**
 * The other card.
 */
credential: string, };

export type ProofView = { 
/**
 * The attribute, which is not shared.
 */
attribute: string, 
/**
 * What is stated of it.
 */
stated: StatedView, };

export type DisclosedView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value in words; empty in the history.
 */
value: string, 
/**
 * Whether the value is a day.
 */
date: boolean, 
/**
 * Whether few people have this value, so that whoever sees it could know the holder again.
 */
rare: boolean, 
/**
 * A photo's JPEG in base64; nothing in the history.
 */
photo?: string, };

export type ItemView = { 
/**
 * The card; 0 in the history.
 */
card: number, 
/**
 * The card's name.
 */
credential: string, 
/**
 * Its issuer, which the verifier learns.
 */
issuer: string, 
/**
 * Shared as they are. In the history without their values.
 */
disclosed: Array<DisclosedView>, 
/**
 * Proved, while the attribute itself is not shared.
 */
proves: Array<ProofView>, 
/**
 * Stays hidden.
 */
hidden: Array<string>, 
/**
 * The day of the card's last renewal, which the verifier learns.
 */
renewed: string, 
/**
 * Whether the verifier knows the holder again when she comes back.
 */
pseudonym: boolean, };

export type WarningView = { "kind": "unknown_verifier" } | { "kind": "unregistered_purpose" } | { "kind": "more_than_registered" } | { "kind": "poster" } | { "kind": "narrowing", 
/**
 * The attribute.
 */
attribute: string, 
/**
 * How many different questions about it this verifier will have had answered.
 */
questions: number, } | { "kind": "rare_value", 
/**
 * The attribute.
 */
attribute: string, };

export type AlternativeView = { "kind": "possible", 
/**
 * From each card.
 */
items: Array<ItemView>, 
/**
 * What the holder should know of this one.
 */
warnings: Array<WarningView>, } | { "kind": "impossible", 
/**
 * Why.
 */
reason: Reason, };

export type ReviewView = { 
/**
 * By which commands name this step.
 */
step: number, 
/**
 * Who asks.
 */
verifier: string, 
/**
 * Why, in the verifier's own words.
 */
purpose: string, 
/**
 * The purpose's code, as registered.
 */
purpose_code: string, 
/**
 * Until when it may be answered.
 */
expires: number, 
/**
 * Where the answer goes by network; nothing where it goes by QR code.
 */
online: string | null, 
/**
 * What the holder should know first.
 */
warnings: Array<WarningView>, 
/**
 * Any one of these answers.
 */
alternatives: Array<AlternativeView>, };

export type Symbol = { 
/**
 * Modules on a side, without the quiet zone.
 */
side: number, 
/**
 * Each row from the top: '1' is dark.
 */
rows: Array<string>, };

export type AnswerView = { 
/**
 * One symbol, or several to be shown in turn.
 */
symbols: Array<Symbol>, 
/**
 * Until when it is accepted.
 */
expires: number, 
/**
 * Who asked.
 */
verifier: string, 
/**
 * Whether it went to the verifier by network.
 */
delivered: boolean, 
/**
 * Where the verifier's site wants the browser to go on; the holder opens it.
 */
go_on: string | null, };

export type HistoryView = { 
/**
 * By which commands name it.
 */
id: number, 
/**
 * When.
 */
time: number, 
/**
 * To whom.
 */
verifier: string, 
/**
 * Whether the trust list knew it.
 */
known: boolean, 
/**
 * For what, in its words.
 */
purpose: string, 
/**
 * Whether it went by network.
 */
online: boolean, 
/**
 * What it learned; names, no values.
 */
items: Array<ItemView>, };

export type TrustView = { 
/**
 * By which commands name this step; nothing for the list in use.
 */
step: number | null, 
/**
 * Its number; a later one replaces an earlier.
 */
sequence: number, 
/**
 * When it was made.
 */
issued: number, 
/**
 * When it ends.
 */
expires: number, 
/**
 * The keys that signed it, in hexadecimal, to be compared with what the publisher prints.
 */
keys: Array<string>, 
/**
 * Whether it continues the list in use or is signed by the keys that this app came with;
 * otherwise the holder must compare the keys.
 */
vouched: boolean, 
/**
 * The offices in it.
 */
issuers: Array<{ [key in string]: string }>, 
/**
 * Who may ask.
 */
verifiers: Array<{ [key in string]: string }>, };

export type Opened = { "kind": "review", 
/**
 * What.
 */
review: ReviewView, } | { "kind": "offer", 
/**
 * Where the wallet would ask.
 */
host: string, 
/**
 * By which commands name this step.
 */
step: number, } | { "kind": "paper_offer", 
/**
 * The office.
 */
issuer: { [key in string]: string }, 
/**
 * The card's name.
 */
card: { [key in string]: string }, 
/**
 * By which commands name this step.
 */
step: number, } | { "kind": "card", 
/**
 * The card.
 */
card: Card, } | { "kind": "trust", 
/**
 * What is in it.
 */
trust: TrustView, } | { "kind": "online_request", 
/**
 * Where the wallet would ask.
 */
host: string, 
/**
 * By which commands name this step.
 */
step: number, } | { "kind": "part", 
/**
 * Frames read.
 */
done: number, 
/**
 * Frames there are.
 */
of: number, } | { "kind": "backup" };

export type CodeView = { 
/**
 * How many characters, where the office says it.
 */
length: number | null, 
/**
 * Whether digits alone.
 */
digits: boolean, 
/**
 * What the office says of it.
 */
description: string | null, };

export type OfferView = { 
/**
 * By which commands name this step.
 */
step: number, 
/**
 * Where it is.
 */
host: string, 
/**
 * The office, by the trust list.
 */
issuer: { [key in string]: string }, 
/**
 * The cards' names.
 */
cards: Array<{ [key in string]: string }>, 
/**
 * The code that the office gave apart from the offer, where one is needed.
 */
code: CodeView | null, };

export type Redeemed = { "kind": "cards", 
/**
 * They.
 */
cards: Array<Card>, } | { "kind": "waiting" };

export type PaperRequest = { 
/**
 * One symbol, or several to be shown in turn.
 */
symbols: Array<Symbol>, };

export type RenewalOf = { 
/**
 * The card.
 */
id: number, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * How it stands.
 */
state: CardState, 
/**
 * The day of its last renewal.
 */
renewed: string, 
/**
 * The day on which the next one is due.
 */
due: string, 
/**
 * Where it is fetched; nothing where files must be brought.
 */
host: string | null, };

export type RenewalView = { 
/**
 * Each card.
 */
cards: Array<RenewalOf>, 
/**
 * When the wallet will next ask by itself: a time that has nothing to do with showings.
 */
next: number | null, 
/**
 * When it last asked.
 */
last: number | null, 
/**
 * Cards that an office has yet to approve.
 */
waiting: number, };

export type RenewedView = { 
/**
 * Cards renewed.
 */
renewed: number, 
/**
 * Cards that their office renews no more.
 */
revoked: number, 
/**
 * Cards that arrived, which an office had to approve.
 */
arrived: number, 
/**
 * Offices that did not answer.
 */
unreachable: number, };
