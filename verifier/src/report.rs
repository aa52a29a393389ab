//! A verdict as plain data, for screens, scripts and other languages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glimpse_core::credential::Value;
use glimpse_core::ids::UnixTime;
use serde::Serialize;

use crate::verdict::{Learned, ShownCard, Verdict, days_ago};

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Outcome {
    /// Everything that was asked is shown.
    Accepted,
    /// The answer does not do.
    Refused,
    /// Something is wrong on this side.
    CannotTell,
}

/// A verdict in plain data. It holds what the holder agreed to show: forget it when the clerk is done.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Report {
    /// What came of it.
    pub outcome: Outcome,
    /// "accepted", or the reason's code.
    pub code: String,
    /// English for a clerk.
    pub words: String,
    /// What is shown, card by card; empty unless accepted.
    pub cards: Vec<Card>,
}

/// What one card shows.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Shows {
    /// The attribute's code.
    pub attribute: String,
    /// The attribute's name.
    pub name: String,
    /// The value in words.
    pub value: String,
    /// Its octets in Base64, where it is octets.
    pub octets: Option<String>,
}

impl Verdict {
    /// The verdict as plain data, with names in a language.
    pub fn report(&self, language: &str, now: UnixTime) -> Report {
        let (outcome, reason) = match self {
            Self::Accepted(learned) => return accepted(learned, language, now),
            Self::Refused(reason) => (Outcome::Refused, reason),
            Self::CannotTell(reason) => (Outcome::CannotTell, reason),
        };
        Report {
            outcome,
            code: reason.code().to_owned(),
            words: reason.to_string(),
            cards: Vec::new(),
        }
    }
}

fn accepted(learned: &Learned, language: &str, now: UnixTime) -> Report {
    let card = |of: &ShownCard| card(of, language, now);
    Report {
        outcome: Outcome::Accepted,
        code: "accepted".to_owned(),
        words: "everything that was asked is shown".to_owned(),
        cards: learned.cards.iter().map(card).collect(),
    }
}

fn card(ShownCard { shown, issuer }: &ShownCard, language: &str, now: UnixTime) -> Card {
    let schema = &shown.context.schema;
    let shows = |(position, value): &(usize, Value)| {
        let attribute = schema.attributes.get(*position)?;
        let octets = match value {
            Value::Bytes(octets) => Some(STANDARD.encode(octets)),
            _ => None,
        };
        Some(Shows {
            attribute: attribute.code.clone(),
            name: attribute.names.get(language).to_owned(),
            value: value.display(&attribute.kind, language),
            octets,
        })
    };
    let hex = |octets: &[u8; 48]| octets.iter().map(|octet| format!("{octet:02x}")).collect();
    Card {
        schema: schema.code.clone(),
        name: schema.names.get(language).to_owned(),
        issuer: issuer.get(language).to_owned(),
        renewed_days_ago: days_ago(shown, now),
        values: shown.disclosed.iter().filter_map(shows).collect(),
        statements: shown.statements(now, language),
        pseudonym: shown.pseudonym.as_ref().map(hex),
    }
}
