//! Trust lists: who may issue what and who may ask what, signed by k of n keys. Anyone may publish
//! one; a wallet or a verifier chooses which to accept. The rules are TUF's. spec:GL-7

mod allowance;
mod list;
mod rules;

pub use allowance::{Allowance, Provable};
pub use list::{IssuerEntry, IssuerKey, TrustList, VerifierEntry};
pub(crate) use list::{MAX_ALLOWANCES, read_verifying_key};
pub use rules::{Accepted, Roots, TrustError, accept};

#[cfg(test)]
mod tests;
