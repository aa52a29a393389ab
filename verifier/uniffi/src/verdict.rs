//! What a check came to, in types that each language has.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glimpse_verifier::Report;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Outcome {
    /// Everything that was asked is shown.
    Accepted,
    /// The answer does not do. Whoever answered may try again.
    Refused,
    /// Something is wrong on this side, and says nothing about whoever answered.
    CannotTell,
}

/// What a check came to. It holds what the holder agreed to show: forget it when it is not needed.
#[derive(uniffi::Record)]
pub struct Verdict {
    /// What came of it.
    pub outcome: Outcome,
    /// "accepted", or a short name of the reason that stays the same, such as "used_already".
    pub code: String,
    /// English for a clerk.
    pub words: String,
    /// What is shown, card by card; empty unless accepted.
    pub cards: Vec<Card>,
}

#[uniffi::export]
impl Verdict {
    /// Whether everything that was asked is shown.
    pub fn accepted(&self) -> bool {
        self.outcome == Outcome::Accepted
    }
}

/// What one card shows.
#[derive(uniffi::Record)]
pub struct Card {
    /// The schema's code.
    pub schema: String,
    /// The schema's name.
    pub name: String,
    /// The issuer's name.
    pub issuer: String,
    /// How many days ago it was renewed.
    pub renewed_days_ago: u32,
    /// Values that were asked for.
    pub values: Vec<Shows>,
    /// What is proved of values that stay hidden, such as "18 or older".
    pub statements: Vec<String>,
    /// The holder's pseudonym with this verifier, in hexadecimal, where the policy asks for one.
    pub pseudonym: Option<String>,
}

/// A value that a card shows.
#[derive(uniffi::Record)]
pub struct Shows {
    /// The attribute's code.
    pub attribute: String,
    /// The attribute's name.
    pub name: String,
    /// The value in words.
    pub value: String,
    /// Its octets, where it is octets.
    pub octets: Option<Vec<u8>>,
}

impl From<Report> for Verdict {
    fn from(report: Report) -> Self {
        Self {
            outcome: match report.outcome {
                glimpse_verifier::Outcome::Accepted => Outcome::Accepted,
                glimpse_verifier::Outcome::Refused => Outcome::Refused,
                glimpse_verifier::Outcome::CannotTell => Outcome::CannotTell,
            },
            code: report.code,
            words: report.words,
            cards: report.cards.into_iter().map(Card::from).collect(),
        }
    }
}

// Taken apart by name: what a report gains cannot be forgotten here.
impl From<glimpse_verifier::Card> for Card {
    fn from(card: glimpse_verifier::Card) -> Self {
        let glimpse_verifier::Card {
            schema,
            name,
            issuer,
            renewed_days_ago,
            values,
            statements,
            pseudonym,
        } = card;
        Self {
            schema,
            name,
            issuer,
            renewed_days_ago,
            values: values.into_iter().map(Shows::from).collect(),
            statements,
            pseudonym,
        }
    }
}

impl From<glimpse_verifier::Shows> for Shows {
    fn from(shows: glimpse_verifier::Shows) -> Self {
        let glimpse_verifier::Shows {
            attribute,
            name,
            value,
            octets,
        } = shows;
        Self {
            attribute,
            name,
            value,
            // The report wrote it as Base64 itself.
            octets: octets.and_then(|octets| STANDARD.decode(octets).ok()),
        }
    }
}
