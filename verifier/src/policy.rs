//! Policies: what a verifier asks, as a small file that people read and change. spec:GL-13-POLICY

mod asks;
mod error;
mod lint;
mod question;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use glimpse_core::cbor::{Reader, Texts, Writer, is_plain};
use serde::Deserialize;

pub use asks::Asks;
pub use error::PolicyError;
pub use lint::{Finding, Severity};

/// Most octets of a policy's file.
const MAX_POLICY: usize = 16 * 1024;

/// Minutes that a time zone is ahead of UTC: twelve hours behind to fourteen ahead.
const ZONES: RangeInclusive<i16> = -720..=840;

/// What a verifier asks, apart from what makes each request fresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name, for whoever chooses what to check.
    pub name: Texts,
    /// The purpose's code, as registered.
    pub purpose: String,
    /// The purpose in words, for the holder.
    pub reason: Texts,
    document: Document,
}

/// The file, as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: BTreeMap<String, String>,
    purpose: String,
    reason: BTreeMap<String, String>,
    #[serde(default = "two_minutes")]
    valid_seconds: u32,
    #[serde(default)]
    zone_minutes: i16,
    #[serde(default)]
    conservative: bool,
    alternative: Vec<Alternative>,
}

/// Cards that are shown together; any one alternative does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alternative {
    card: Vec<Card>,
}

/// What is asked of one card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    schema: String,
    #[serde(default)]
    issuers: Vec<String>,
    #[serde(default)]
    show: Vec<String>,
    #[serde(default)]
    prove: Vec<Prove>,
    #[serde(default = "two_weeks")]
    max_age_days: u32,
    pseudonym: Option<String>,
}

/// What is to be proved of an attribute that stays hidden: exactly one of these.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prove {
    attribute: String,
    age_at_least: Option<u8>,
    at_most: Option<u32>,
    at_least: Option<u32>,
    on_or_before: Option<String>,
    on_or_after: Option<String>,
    one_of: Option<Vec<u32>>,
    equal_to: Option<Other>,
}

/// An attribute of an earlier card of the same alternative.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    card: usize,
    attribute: String,
}

fn two_minutes() -> u32 {
    120
}

fn two_weeks() -> u32 {
    14
}

impl Policy {
    /// Reads a policy's file.
    ///
    /// # Errors
    /// [`PolicyError::Syntax`] with the line, [`PolicyError::TooLarge`], [`PolicyError::Texts`],
    /// [`PolicyError::Purpose`], [`PolicyError::Zone`].
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY {
            return Err(PolicyError::TooLarge);
        }
        let document: Document = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            PolicyError::Syntax {
                line: before.map_or(1, |before| before.matches('\n').count() + 1),
                message: error.message().to_owned(),
            }
        })?;
        let purpose = &document.purpose;
        if !(1..=32).contains(&purpose.len()) || !is_plain(purpose) {
            return Err(PolicyError::Purpose);
        }
        if !ZONES.contains(&document.zone_minutes) {
            return Err(PolicyError::Zone);
        }
        Ok(Self {
            name: texts("name", &document.name)?,
            purpose: document.purpose.clone(),
            reason: texts("reason", &document.reason)?,
            document,
        })
    }
}

/// Texts that a wallet would read back.
fn texts(key: &'static str, given: &BTreeMap<String, String>) -> Result<Texts, PolicyError> {
    let entries: Vec<_> = given.iter().map(|(l, t)| (&**l, &**t)).collect();
    let texts = Texts::new(&entries);
    let mut w = Writer::new();
    texts.write(&mut w);
    match Reader::new(&w.into_vec()).texts() {
        Ok(_) if !entries.is_empty() => Ok(texts),
        _ => Err(PolicyError::Texts(key)),
    }
}
