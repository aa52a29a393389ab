//! What is asked, the request that asks it, and why nothing can be asked.

use glimpse_core::cbor::Texts;
use glimpse_core::ids::{Origin, UnixTime};
use glimpse_core::presentation::{Query, RequestError};
use glimpse_core::transport::{DocumentKind, qr};

use crate::outstanding::Ticket;
use crate::policy::PolicyError;
use crate::verdict::Reason;

/// Why nothing can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The trust list or the clock does not let the verifier work now, or the record fails.
    #[error(transparent)]
    NotNow(Reason),
    /// The policy does not fit the trust list.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// It makes a request that no wallet would take.
    #[error("no wallet would take this request: {0}")]
    Request(RequestError),
}

impl AskError {
    /// A short name that stays the same: the reason's, "policy" or "request".
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotNow(reason) => reason.code(),
            Self::Policy(_) => "policy",
            Self::Request(_) => "request",
        }
    }
}

/// A request to be shown, and its ticket for the check.
pub struct Asked {
    /// The signed request.
    pub octets: Vec<u8>,
    /// Its ticket.
    pub ticket: Ticket,
    /// Whether wallets will show this verifier as a registered one, by this verifier's own list.
    pub registered: bool,
    /// When it ends.
    pub expires: UnixTime,
}

impl Asked {
    /// The text of its QR code, in alphanumeric mode; `None` for a request beyond the 4,096 octets of a
    /// text, which names many issuers or cards: that goes as a moving code, see
    /// [`glimpse_core::transport::frames`].
    pub fn text(&self) -> Option<String> {
        qr::encode(DocumentKind::Request, &self.octets).ok()
    }
}

/// What is asked, in the core's terms: a [`Policy`](crate::Policy) on one day, with one trust list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The purpose's code, as registered.
    pub purpose: String,
    /// The purpose in words.
    pub purpose_texts: Texts,
    /// Any one of these answers it.
    pub alternatives: Vec<Vec<Query>>,
    /// How long a request may be answered, in seconds.
    pub seconds: u64,
    /// Where alone wallets send the answer, where a site asks; see [`Verifier::request_online`](crate::Verifier::request_online).
    pub answer_to: Option<Origin>,
}
