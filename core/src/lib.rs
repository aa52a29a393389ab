//! Cryptography, formats and rules of Glimpse: no I/O, no clock, no threads, no ambient randomness.

pub mod bbs;
pub mod cbor;
pub mod credential;
pub mod curve;
pub mod ids;
pub mod predicate;
pub mod presentation;
#[cfg(feature = "sealed")]
pub mod sealed;
pub mod signed;
#[cfg(any(test, feature = "test-util"))]
pub mod test_rng;
mod transcript;
pub mod transport;
pub mod trust;
