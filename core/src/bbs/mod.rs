//! BBS, blind BBS and pseudonyms: one function per procedure of the drafts, with their names.
//!
//! | file | source |
//! |---|---|
//! | `interface` | BBS 4: generators, message mapping, domain; api ids |
//! | `signature` | BBS 3.6: CoreSign, CoreVerify |
//! | `proof` | BBS 3.7: ProofInit, ProofFinalize, ProofVerifyInit, challenge; BLIND committed disclosure; NYM |
//! | `commitment` | BLIND: CoreCommit, CoreCommitVerify |
//! | `plain`, `blind`, `pseudonym` | the three interfaces over octets, as the fixtures call them |
//! | `device` | the split prover: a device that holds one scalar |

pub mod blind;
pub mod commitment;
pub mod device;
pub mod interface;
pub mod plain;
pub mod proof;
pub mod pseudonym;
pub mod signature;

pub use interface::{Interface, KeyContext, Layout};

use crate::curve::DecodeError;

/// The most messages one signature may carry, checked before any generator is derived.
pub const MAX_MESSAGES: usize = 256;

/// Why an operation of this module refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Octets of a wrong length.
    #[error("the encoding has a wrong length")]
    Length,
    /// A group element or scalar that does not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Indexes that are not ascending, not unique or out of range, or counts that do not fit.
    #[error("the message indexes or counts do not fit")]
    Indexes,
    /// More messages than [`MAX_MESSAGES`].
    #[error("too many messages")]
    TooManyMessages,
    /// Key material or key information outside its bounds.
    #[error("the key material is too short or the key information too long")]
    KeyMaterial,
    /// A signature, commitment or proof that is not valid. It says no more on purpose.
    #[error("the cryptographic check failed")]
    Invalid,
    /// The device refused or failed to take part.
    #[error("the device did not take part")]
    Device,
}

/// Splits fixed-size pieces off a byte string.
pub(crate) struct Octets<'a>(pub(crate) &'a [u8]);

impl<'a> Octets<'a> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (head, rest) = self.0.split_first_chunk().ok_or(Error::Length)?;
        self.0 = rest;
        Ok(head)
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Length)
        }
    }
}
