//! Presentations: `Request → Review → Consent → Presentation → Verdict`. spec:GL-6

mod batch;
mod consent;
mod fitting;
mod poster;
mod prove;
mod registration;
mod request;
mod review;
mod shape;
mod stated;
mod told;
mod verdict;
mod verify;
mod wire;

pub use consent::Consent;
pub use fitting::fits;
pub use poster::{Freshness, POSTER_WINDOW, answer_digest};
pub use prove::{ProveError, prove};
pub use registration::{Registration, VerifiedRequest};
pub use request::{Predicate, Query, Request, RequestError, Test};
pub use review::{Disclosed, Holding, Review, ReviewError, ReviewItem, Warning};
pub use stated::{Proved, Stated};
pub use told::leaves_one;
pub use verdict::{Shown, Unpaired, Verdict, VerifyError};
pub use verify::Verifier;
pub use wire::answered_request;

#[cfg(test)]
mod tests;
