//! Whatever is scanned, offers, renewal and trust.

use serde::Serialize;
use ts_rs::TS;

use super::{Card, CardState, ReviewView, Symbol, Texts};

/// What a scanned code, a pasted text, a file or a link turned out to be. Nothing was fetched for it.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Opened {
    /// Somebody asks.
    Review {
        /// What.
        review: ReviewView,
    },
    /// An office offers a card over the network. `fetch_offer` asks it, once the holder agrees.
    Offer {
        /// Where the wallet would ask.
        host: String,
        /// By which commands name this step.
        step: u32,
    },
    /// An office offers a card by QR codes. `paper_request` makes the wallet's code.
    PaperOffer {
        /// The office.
        issuer: Texts,
        /// The card's name.
        card: Texts,
        /// By which commands name this step.
        step: u32,
    },
    /// A card arrived.
    Card {
        /// The card.
        card: Card,
    },
    /// A trust list; `accept_trust` takes it.
    Trust {
        /// What is in it.
        trust: TrustView,
    },
    /// A site asks over the network. `fetch_request` asks it what, once the holder agrees.
    OnlineRequest {
        /// Where the wallet would ask.
        host: String,
        /// By which commands name this step.
        step: u32,
    },
    /// One frame of a moving code.
    Part {
        /// Frames read.
        done: u32,
        /// Frames there are.
        of: u32,
    },
    /// A backup file, which the first run takes.
    Backup,
}

/// What the office says of its offer.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OfferView {
    /// By which commands name this step.
    pub step: u32,
    /// Where it is.
    pub host: String,
    /// The office, by the trust list.
    pub issuer: Texts,
    /// The cards' names.
    pub cards: Vec<Texts>,
    /// The code that the office gave apart from the offer, where one is needed.
    pub code: Option<CodeView>,
}

/// The form of a transaction code.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CodeView {
    /// How many characters, where the office says it.
    pub length: Option<u32>,
    /// Whether digits alone.
    pub digits: bool,
    /// What the office says of it.
    pub description: Option<String>,
}

/// What came of an offer.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Redeemed {
    /// The cards are here.
    Cards {
        /// They.
        cards: Vec<Card>,
    },
    /// A second person at the office must approve; the wallet asks again by itself.
    Waiting,
}

/// The wallet's code for an office that issues by QR codes.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PaperRequest {
    /// One symbol, or several to be shown in turn.
    pub symbols: Vec<Symbol>,
}

/// How the cards stand with their renewal.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RenewalView {
    /// Each card.
    pub cards: Vec<RenewalOf>,
    /// When the wallet will next ask by itself: a time that has nothing to do with showings.
    pub next: Option<u64>,
    /// When it last asked.
    pub last: Option<u64>,
    /// Cards that an office has yet to approve.
    pub waiting: u32,
}

/// One card's renewal.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RenewalOf {
    /// The card.
    pub id: i64,
    /// Its name.
    pub name: Texts,
    /// How it stands.
    pub state: CardState,
    /// The day of its last renewal.
    pub renewed: String,
    /// The day on which the next one is due.
    pub due: String,
    /// Where it is fetched; nothing where files must be brought.
    pub host: Option<String>,
}

/// What a renewal did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct RenewedView {
    /// Cards renewed.
    pub renewed: u32,
    /// Cards that their office renews no more.
    pub revoked: u32,
    /// Cards that arrived, which an office had to approve.
    pub arrived: u32,
    /// Offices that did not answer.
    pub unreachable: u32,
}

/// A trust list, in use or about to be.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TrustView {
    /// By which commands name this step; nothing for the list in use.
    pub step: Option<u32>,
    /// Its number; a later one replaces an earlier.
    pub sequence: u64,
    /// When it was made.
    pub issued: u64,
    /// When it ends.
    pub expires: u64,
    /// The keys that signed it, in hexadecimal, to be compared with what the publisher prints.
    pub keys: Vec<String>,
    /// Whether it continues the list in use or is signed by the keys that this app came with;
    /// otherwise the holder must compare the keys.
    pub vouched: bool,
    /// The offices in it.
    pub issuers: Vec<Texts>,
    /// Who may ask.
    pub verifiers: Vec<Texts>,
}
