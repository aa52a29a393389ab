// Generated from the Rust types: `GLIMPSE_WRITE=1 cargo test -p glimpse-verifier-wasm --all-features bindings`.

export type NewIdentity = { 
/**
 * 48 octets to keep where nobody else reads them: whoever has them asks in this name.
 */
secret: Uint8Array, 
/**
 * What a publisher of a trust list needs to register this verifier.
 */
toRegister: string, };

export type PolicyText = { 
/**
 * Its name, for whoever chooses what to check.
 */
name: string, 
/**
 * The reason that wallets show.
 */
reason: string, 
/**
 * The purpose's code.
 */
purpose: string, };

export type AskedOf = { 
/**
 * The card's name.
 */
card: string, 
/**
 * The names of what is to be shown.
 */
shows: Array<string>, 
/**
 * Whether a photo is among them, with which somebody has to compare a face.
 */
photo: boolean, 
/**
 * What is to be proved of what stays hidden, in words.
 */
proves: Array<string>, 
/**
 * Whether the verifier would know the holder again.
 */
recognises: boolean, };

export type Asked = { 
/**
 * The text of its QR code; nothing where one text cannot hold it.
 */
text: string | null, 
/**
 * The QR code's rows from the top, '1' is dark; the white border of four is yours to draw.
 * Null where one code is too small: show `Frames` of the octets then.
 */
rows: Array<string> | null, 
/**
 * Its octets.
 */
octets: Uint8Array, 
/**
 * Names the request for `checkFor`.
 */
ticket: string, 
/**
 * When it ends, in seconds.
 */
expires: number, 
/**
 * Whether wallets know this verifier; they warn of one that they do not.
 */
registered: boolean, };

export type Outcome = "accepted" | "refused" | "cannot_tell";

export type Report = { 
/**
 * What came of it.
 */
outcome: Outcome, 
/**
 * "accepted", or the reason's code.
 */
code: string, 
/**
 * English for a clerk.
 */
words: string, 
/**
 * What is shown, card by card; empty unless accepted.
 */
cards: Array<Card>, };

export type Card = { 
/**
 * The schema's code.
 */
schema: string, 
/**
 * The schema's name.
 */
name: string, 
/**
 * The issuer's name.
 */
issuer: string, 
/**
 * How many days ago it was renewed.
 */
renewed_days_ago: number, 
/**
 * Values that were asked for.
 */
values: Array<Shows>, 
/**
 * What is proved of values that stay hidden, such as "18 or older".
 */
statements: Array<string>, 
/**
 * The holder's pseudonym with this verifier, in hexadecimal, where the policy asks for one.
 */
pseudonym: string | null, };

export type Shows = { 
/**
 * The attribute's code.
 */
attribute: string, 
/**
 * The attribute's name.
 */
name: string, 
/**
 * The value in words.
 */
value: string, 
/**
 * Its octets in Base64, where it is octets.
 */
octets: string | null, };

export type Severity = "advice" | "warning" | "error";

export type Finding = { 
/**
 * How bad it is.
 */
severity: Severity, 
/**
 * A short name that stays the same.
 */
code: string, 
/**
 * Where, such as "alternative 1, card 2".
 */
place: string, 
/**
 * The alternative and its card, each from 1, where it is about one card.
 */
card: [number, number] | null, 
/**
 * What `words` name, in the order of specs/13, 13.2: for whoever says it in another language.
 */
given: Array<string>, 
/**
 * In words, with what to do instead.
 */
words: string, };

export type Registered = { 
/**
 * Its name, as wallets show it.
 */
name: string, 
/**
 * The codes of the purposes for which it may ask.
 */
purposes: Array<string>, 
/**
 * When the registration ends, in seconds.
 */
expires: number, };

export type TrustListView = { 
/**
 * Its number; a later one replaces an earlier.
 */
sequence: number, 
/**
 * When it was made, in seconds.
 */
issued: number, 
/**
 * When it ends, in seconds.
 */
expires: number, 
/**
 * How many days ago it was made.
 */
ageDays: number, 
/**
 * Its publisher's keys in hexadecimal, to be compared with what the publisher prints before a first
 * list is accepted.
 */
keys: Array<string>, 
/**
 * How many of these keys must sign.
 */
threshold: number, 
/**
 * The issuers in it.
 */
issuers: Array<string>, 
/**
 * The verifiers in it; others carry a registration.
 */
verifiers: Array<string>, };

export type Kind = "request" | "answer" | "trustList" | "policy" | "registration" | "other";

export type Progress = { "state": "part", 
/**
 * Parts known so far.
 */
done: number, 
/**
 * Parts in all.
 */
of: number, } | { "state": "document", 
/**
 * What it says it is.
 */
kind: Kind, 
/**
 * Its octets; those of a policy are its text in UTF-8.
 */
octets: Uint8Array, } | { "state": "foreign", 
/**
 * Says what to do.
 */
words: string, };
