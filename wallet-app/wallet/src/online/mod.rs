//! What the wallet does over a network: receive from an office, renew, and answer a site. Nothing is
//! fetched before the holder has agreed to ask, except renewals, at moments that have nothing to do
//! with what she does. spec:GL-8-HOLDER
//!
//! | module | what |
//! |---|---|
//! | [`http`] | addresses, and requests with bounds |
//! | [`offer`] | an office's offer and what the office says of itself |
//! | [`issuance`] | codes, tokens, proofs, credentials: one request at a time |
//! | [`renewal`] | whole sets of files, at moments drawn evenly |
//! | [`request`] | what a site asks, and where the answer goes |

pub(crate) mod http;
pub(crate) mod issuance;
pub(crate) mod offer;
pub(crate) mod renewal;
pub(crate) mod request;

/// Why something over a network did not work. No message holds a code, a token or an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OnlineError {
    /// Nobody answers.
    #[error("the other side does not answer; check the connection and try again")]
    Offline,
    /// What answers does not answer as it should.
    #[error("the other side does not answer as it should ({0})")]
    OtherSide(&'static str),
    /// The transaction code is wrong, or the offer is over.
    #[error("the code is wrong, or was used before")]
    WrongCode,
    /// The offer is used up or over.
    #[error("the offer is used up, taken back or over; ask the office for a new one")]
    OfferOver,
    /// The credential is not what was announced.
    #[error("what the office sent is not what it announced; nothing was kept")]
    Refused,
    /// No text of ours.
    #[error("this is no offer and no request")]
    Unreadable,
    /// A request that is not signed by whom it names, or not whole.
    #[error("the request is forged or damaged: {0}")]
    Forged(&'static str),
}
