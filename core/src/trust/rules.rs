//! Which trust list may follow which: TUF's rules against rollback, forks, freezing and stolen
//! keys. spec:GL-7-RULES

use core::cmp::Ordering;

use ed25519_dalek::VerifyingKey;

use super::TrustList;
use crate::cbor::CborError;
use crate::ids::UnixTime;
use crate::signed::{self, Kind, SignedError, UnverifiedMany};

/// How far ahead of this clock a list may be dated, in seconds.
const CLOCK_TOLERANCE: u64 = 86_400;

/// Why a trust list is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Not well-formed.
    #[error("the trust list is not well-formed: {0}")]
    Encoding(#[from] CborError),
    /// Not a signed document.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// Too few of the keys that must sign have signed.
    #[error("too few of the trusted keys have signed this trust list")]
    Signatures,
    /// Another list.
    #[error("this is another trust list")]
    OtherList,
    /// Older than the one in use.
    #[error("this trust list is older than the one in use")]
    Rollback,
    /// The same number with other content: somebody published two.
    #[error("two different trust lists carry the same number; ask the publisher")]
    Fork,
    /// Its time is over.
    #[error("the trust list has expired; get a newer one")]
    Expired,
    /// It is dated in the future: the list or this clock is wrong.
    #[error("the trust list is from the future; check this device's clock")]
    Future,
}

impl TrustError {
    /// A short name that stays the same, for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding(_) | Self::Signed(_) => "trust_damaged",
            Self::Signatures => "trust_signatures",
            Self::OtherList => "trust_other_list",
            Self::Rollback => "trust_older",
            Self::Fork => "trust_fork",
            Self::Expired => "trust_expired",
            Self::Future => "trust_future",
        }
    }
}

/// What a first list is accepted on: keys that came another way, such as with the program.
#[derive(Clone, PartialEq, Eq)]
pub struct Roots {
    /// The list's id, where it is known.
    pub list: Option<[u8; 16]>,
    /// The keys.
    pub keys: Vec<VerifyingKey>,
    /// How many of them must have signed, at least 1.
    pub threshold: usize,
}

/// A trust list that has been accepted, with the octets it came in.
pub struct Accepted {
    /// The list.
    pub list: TrustList,
    octets: Vec<u8>,
}

/// Accepts a list: the first by `roots`, a later one by the list in use and not by `roots`.
///
/// # Errors
/// [`TrustError`]; the list in use then stays.
pub fn accept(
    current: Option<&Accepted>,
    octets: &[u8],
    now: UnixTime,
    roots: &Roots,
) -> Result<Accepted, TrustError> {
    if let Some(current) = current {
        return current.update(octets, now);
    }
    let accepted = Accepted::first(octets, &roots.keys, roots.threshold, now)?;
    if roots.list.is_some_and(|id| id != accepted.list.id) {
        return Err(TrustError::OtherList);
    }
    Ok(accepted)
}

impl Accepted {
    /// Accepts a first list on the word of keys that came another way: at least `threshold` of
    /// them, and enough of the list's own, must have signed.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn first(
        octets: &[u8],
        roots: &[VerifyingKey],
        threshold: usize,
        now: UnixTime,
    ) -> Result<Self, TrustError> {
        let document = signed::read_many(octets)?;
        let list = TrustList::from_payload(document.payload)?;
        check_signatures(&document, &list, roots, threshold)?;
        let accepted = Self {
            list,
            octets: octets.to_vec(),
        };
        accepted.check_time(now, 0)?;
        Ok(accepted)
    }

    /// Reads back a list that was accepted and kept in storage that others cannot write. Its
    /// signatures are checked again by its own keys; its time is not, so that the policy's grace
    /// counts across restarts: ask [`Accepted::check_time`] before use.
    ///
    /// # Errors
    /// [`TrustError`] for octets that are damaged.
    ///
    /// # Security
    /// Anyone can make a list that its own keys have signed. Only [`accept`] decides on trust.
    pub fn restore(octets: &[u8]) -> Result<Self, TrustError> {
        let document = signed::read_many(octets)?;
        let list = TrustList::from_payload(document.payload)?;
        // An update carries signatures of replaced keys as well, which cannot be checked here.
        if document.count(Kind::TrustList, &list.keys) < list.threshold {
            return Err(TrustError::Signatures);
        }
        Ok(Self {
            list,
            octets: octets.to_vec(),
        })
    }

    /// Replaces the list by a newer one, signed by enough of the old keys and of its own.
    ///
    /// # Errors
    /// [`TrustError`]; the list in use then stays.
    pub fn update(&self, octets: &[u8], now: UnixTime) -> Result<Self, TrustError> {
        let document = signed::read_many(octets)?;
        let list = TrustList::from_payload(document.payload)?;
        if list.id != self.list.id {
            return Err(TrustError::OtherList);
        }
        check_signatures(&document, &list, &self.list.keys, self.list.threshold)?;
        match list.sequence.cmp(&self.list.sequence) {
            Ordering::Less => return Err(TrustError::Rollback),
            // One payload has one encoding, so equal lists are equal payloads.
            Ordering::Equal if list != self.list => return Err(TrustError::Fork),
            _ => {}
        }
        let accepted = Self {
            list,
            octets: octets.to_vec(),
        };
        accepted.check_time(now, 0)?;
        Ok(accepted)
    }

    /// Whether the list may be used now: from its date to its end and the grace after it.
    ///
    /// # Errors
    /// [`TrustError::Expired`], [`TrustError::Future`].
    pub fn check_time(&self, now: UnixTime, grace_seconds: u64) -> Result<(), TrustError> {
        if now.0 > self.list.expires.0.saturating_add(grace_seconds) {
            return Err(TrustError::Expired);
        }
        if now.0.saturating_add(CLOCK_TOLERANCE) < self.list.issued.0 {
            return Err(TrustError::Future);
        }
        Ok(())
    }

    /// The document's octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// Enough of the trusted keys, and enough of the list's own, have signed.
fn check_signatures(
    document: &UnverifiedMany<'_>,
    list: &TrustList,
    trusted: &[VerifyingKey],
    threshold: usize,
) -> Result<(), TrustError> {
    let signed = |keys: &[VerifyingKey]| document.count(Kind::TrustList, keys);
    if threshold == 0 || signed(trusted) < threshold || signed(&list.keys) < list.threshold {
        return Err(TrustError::Signatures);
    }
    // A signature by neither would be octets that nobody checked.
    let known: Vec<_> = trusted.iter().chain(&list.keys).copied().collect();
    if document.all_by(Kind::TrustList, &known) {
        Ok(())
    } else {
        Err(TrustError::Signatures)
    }
}
