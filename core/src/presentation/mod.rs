//! Presentations: `Request → Review → Consent → Presentation → Verdict`. spec:GL-6

mod batch;
mod prove;
mod registration;
mod request;
mod review;
mod shape;
mod stated;
mod told;
mod verify;
mod wire;

pub use prove::{ProveError, prove};
pub use registration::{Registration, VerifiedRequest};
pub use request::{Predicate, Query, Request, RequestError, Test};
pub use review::{Consent, Disclosed, Holding, Review, ReviewError, ReviewItem, Warning};
pub use stated::{Proved, Stated};
pub use verify::{Shown, Unpaired, Verdict, Verifier, VerifyError};
pub use wire::answered_request;

#[cfg(test)]
mod tests;
