//! The verifier that others embed: make a request, check an answer, offline.
mod identity;
mod outstanding;
mod policy;
mod report;
mod verdict;
mod verifier;

pub use glimpse_core::presentation::{
    Predicate, Query, Registration, Request, RequestError, Test, VerifyError,
};
pub use identity::{Identity, IdentityError};
pub use outstanding::{Entry, InMemory, Outstanding, RecordError, Ticket};
pub use policy::{Finding, MAX_POLICY, Policy, PolicyError, Severity};
pub use report::{Card, Outcome, Report, Shows};
pub use verdict::{Learned, Names, Reason, Shown, Verdict};
pub use verifier::{AskError, Asked, Question, Verifier};
