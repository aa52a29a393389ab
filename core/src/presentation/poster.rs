//! What keeps an answer from being accepted twice: a nonce that one answer uses up or, on a poster
//! that many answer, the moment at which each was made. spec:GL-6-POSTER

use sha2::{Digest, Sha256};

use crate::cbor::{CborError, Reader, Writer};
use crate::ids::{Nonce, UnixTime};

/// The window of a poster, in seconds: less is missed by who walks up, more is too easily carried away.
pub const POSTER_WINDOW: core::ops::RangeInclusive<u32> = 30..=600;
/// Longest time between a request and its end, in seconds.
const MAX_LIFETIME: u64 = 86_400;
const MAX_POSTER_LIFETIME: u64 = 366 * 86_400;
/// A moment is written in steps of so many seconds: what a clock is off beyond that is nobody's business.
const STEP: u64 = 10;

/// What makes an answer to a request a fresh one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Drawn for this request, which one answer uses up.
    Nonce(Nonce),
    /// The request is a poster. An answer says when it was made, and is accepted once.
    Poster {
        /// How many seconds the verifier's clock and the answer's moment may be apart, a number in
        /// [`POSTER_WINDOW`].
        window: u32,
    },
}

impl Freshness {
    /// The nonce, where the request is no poster.
    pub fn nonce(&self) -> Option<Nonce> {
        match self {
            Self::Nonce(nonce) => Some(*nonce),
            Self::Poster { .. } => None,
        }
    }

    /// The moment that an answer made now carries, where it carries one.
    pub fn moment(&self, now: UnixTime) -> Option<UnixTime> {
        match self {
            Self::Nonce(_) => None,
            Self::Poster { .. } => Some(UnixTime(now.0 - now.0 % STEP)),
        }
    }

    /// The last second at which an answer of this moment is accepted, where the request is a poster.
    /// Until it is over a verifier remembers the answers that it has accepted.
    pub fn accepted_until(&self, moment: UnixTime) -> Option<UnixTime> {
        match self {
            Self::Nonce(_) => None,
            Self::Poster { window } => Some(UnixTime(moment.0.saturating_add((*window).into()))),
        }
    }

    /// Whether an answer of this moment is accepted now. Without a moment it is the nonce that counts.
    pub(super) fn is_fresh(&self, moment: Option<UnixTime>, now: UnixTime) -> bool {
        match (self, moment) {
            (Self::Nonce(_), None) => true,
            (Self::Poster { window }, Some(moment)) => {
                now.0.abs_diff(moment.0) <= u64::from(*window)
            }
            _ => false,
        }
    }

    /// Whether a request may be valid for so many seconds.
    pub(super) fn allows_lifetime(&self, seconds: u64) -> bool {
        let most = match self {
            Self::Nonce(_) => MAX_LIFETIME,
            Self::Poster { .. } => MAX_POSTER_LIFETIME,
        };
        (1..=most).contains(&seconds)
    }

    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Self::Nonce(nonce) => w.bytes(&nonce.0),
            Self::Poster { window } => w.uint((*window).into()),
        };
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CborError> {
        if !r.at_uint() {
            return Ok(Self::Nonce(Nonce(r.array_of()?)));
        }
        let window = r.uint_up_to(*POSTER_WINDOW.end())?;
        if window < *POSTER_WINDOW.start() {
            return Err(CborError::Bound);
        }
        Ok(Self::Poster { window })
    }

    /// Reads an answer's moment, where the request is one whose answers carry one.
    pub(super) fn read_moment(&self, r: &mut Reader<'_>) -> Result<Option<UnixTime>, CborError> {
        match self {
            Self::Nonce(_) => Ok(None),
            Self::Poster { .. } => Some(r.uint()?)
                .filter(|seconds| seconds.is_multiple_of(STEP))
                .map(|seconds| Some(UnixTime(seconds)))
                .ok_or(CborError::Bound),
        }
    }
}

/// By what a verifier remembers an accepted answer to a poster: an answer has one form.
pub fn answer_digest(answer: &[u8]) -> [u8; 32] {
    Sha256::digest(answer).into()
}
