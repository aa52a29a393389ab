//! What goes up to a page, as plain data. The library's own `Report` and `Finding` go up as they are.

use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Registration;
use glimpse_core::trust::TrustList;
use glimpse_verifier::Asks;
use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

#[cfg(all(test, feature = "typescript"))]
mod bindings;

/// A fresh identity.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) struct NewIdentity {
    /// 48 octets to keep where nobody else reads them: whoever has them asks in this name.
    #[serde(with = "octets")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub(crate) secret: Vec<u8>,
    /// What a publisher of a trust list needs to register this verifier.
    pub(crate) to_register: String,
}

/// A request to show.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) struct Asked {
    /// The text of its QR code; nothing where one text cannot hold it.
    pub(crate) text: Option<String>,
    /// The QR code's rows from the top, '1' is dark; the white border of four is yours to draw.
    /// Null where one code is too small: show `Frames` of the octets then.
    pub(crate) rows: Option<Vec<String>>,
    /// Its octets.
    #[serde(with = "octets")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub(crate) octets: Vec<u8>,
    /// Names the request for `checkFor`.
    pub(crate) ticket: String,
    /// When it ends, in seconds.
    pub(crate) expires: u64,
    /// Whether wallets know this verifier; they warn of one that they do not.
    pub(crate) registered: bool,
}

/// What a policy says of itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) struct PolicyText {
    /// Its name, for whoever chooses what to check.
    pub(crate) name: String,
    /// The reason that wallets show.
    pub(crate) reason: String,
    /// The purpose's code.
    pub(crate) purpose: String,
}

/// What is asked of one card.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) struct AskedOf {
    /// The card's name.
    pub(crate) card: String,
    /// The names of what is to be shown.
    pub(crate) shows: Vec<String>,
    /// Whether a photo is among them, with which somebody has to compare a face.
    pub(crate) photo: bool,
    /// What is to be proved of what stays hidden, in words.
    pub(crate) proves: Vec<String>,
    /// Whether the verifier would know the holder again.
    pub(crate) recognises: bool,
}

impl AskedOf {
    pub(crate) fn new(asks: Asks, language: &str) -> Self {
        let proves = asks.proves.iter();
        Self {
            proves: proves
                .map(|p| p.stated.in_words(&p.attribute, language))
                .collect(),
            card: asks.card,
            shows: asks.shows,
            photo: asks.photo,
            recognises: asks.recognises,
        }
    }
}

/// As whom a verifier is registered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) struct Registered {
    /// Its name, as wallets show it.
    pub(crate) name: String,
    /// The codes of the purposes for which it may ask.
    pub(crate) purposes: Vec<String>,
    /// When the registration ends, in seconds.
    pub(crate) expires: u64,
}

impl Registered {
    pub(crate) fn new(registration: &Registration, language: &str) -> Self {
        let purposes = registration.allowances.iter().map(|a| a.purpose.clone());
        let mut purposes: Vec<_> = purposes.collect();
        purposes.sort_unstable();
        purposes.dedup();
        Self {
            name: registration.names.get(language).to_owned(),
            purposes,
            expires: registration.expires.0,
        }
    }
}

/// A trust list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) struct TrustListView {
    /// Its number; a later one replaces an earlier.
    pub(crate) sequence: u64,
    /// When it was made, in seconds.
    pub(crate) issued: u64,
    /// When it ends, in seconds.
    pub(crate) expires: u64,
    /// How many days ago it was made.
    pub(crate) age_days: u64,
    /// Its publisher's keys in hexadecimal, to be compared with what the publisher prints before a first
    /// list is accepted.
    pub(crate) keys: Vec<String>,
    /// How many of these keys must sign.
    pub(crate) threshold: usize,
    /// The issuers in it.
    pub(crate) issuers: Vec<String>,
    /// The verifiers in it; others carry a registration.
    pub(crate) verifiers: Vec<String>,
}

impl TrustListView {
    pub(crate) fn new(list: &TrustList, now: UnixTime, language: &str) -> Self {
        let issuers = list
            .issuers
            .iter()
            .map(|i| i.names.get(language).to_owned());
        let verifiers = list
            .verifiers
            .iter()
            .map(|v| v.names.get(language).to_owned());
        Self {
            sequence: list.sequence,
            issued: list.issued.0,
            expires: list.expires.0,
            age_days: now.0.saturating_sub(list.issued.0) / 86_400,
            keys: list
                .keys
                .iter()
                .map(|key| hex::encode(key.as_bytes()))
                .collect(),
            threshold: list.threshold,
            issuers: issuers.collect(),
            verifiers: verifiers.collect(),
        }
    }
}

/// What a scanned text comes to.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) enum Progress {
    /// A part of a moving code; more are needed.
    Part {
        /// Parts known so far.
        done: usize,
        /// Parts in all.
        of: usize,
    },
    /// A whole document.
    Document {
        /// What it says it is.
        kind: Kind,
        /// Its octets; those of a policy are its text in UTF-8.
        #[serde(with = "octets")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        octets: Vec<u8>,
    },
    /// Nothing of ours, or damaged.
    Foreign {
        /// Says what to do.
        words: String,
    },
}

/// What a document says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub(crate) enum Kind {
    Request,
    Answer,
    TrustList,
    Policy,
    Registration,
    /// Something between a wallet and an office.
    Other,
}

/// Octets as a `Uint8Array`.
mod octets {
    use serde::Serializer;

    pub(super) fn serialize<S: Serializer>(octets: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(octets)
    }
}
