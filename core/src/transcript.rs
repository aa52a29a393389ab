//! The tags and hashes that are this project's own. The presentation header `ph` is everything a
//! presentation is bound to, in one hash. spec:GL-6-BINDING
//!
//! Every part stands behind its length and every list behind its count, so no two presentations
//! share an input.

use sha2::{Digest, Sha256};

use crate::ids::{EpochDay, KeyId, UnixTime};

/// The tag under which a device hedges its masks. spec:GL-1-DEVICE
pub(crate) const DEVICE_MASK: &[u8] = b"GLIMPSE_V1_DEVICE_MASK_";
/// The tag of the bases of the squares. spec:GL-5-BASES
pub(crate) const SQUARES_BASE: &[u8] = b"GLIMPSE_V1_SQUARES_BASE_";

/// The hash of everything that a presentation is bound to, under way.
pub(crate) struct PresentationHeader(Sha256);

impl PresentationHeader {
    /// Begins with the signed request's octets, the alternative, the moment where the request is a
    /// poster, and the number of credentials.
    pub(crate) fn new(
        request: &[u8],
        alternative: usize,
        moment: Option<UnixTime>,
        credentials: usize,
    ) -> Self {
        let mut header = Self(Sha256::new());
        header.part(b"glimpse/presentation-header/1").part(request);
        header.number(alternative as u64);
        if let Some(moment) = moment {
            header.number(moment.0);
        }
        header.number(credentials as u64);
        header
    }

    /// One credential: its position, key, header, epoch and disclosed values, its pseudonym with
    /// context (empty where there is none), and how many predicates follow.
    #[expect(
        clippy::too_many_arguments,
        reason = "one call a credential keeps the order in one place"
    )]
    pub(crate) fn credential(
        &mut self,
        position: usize,
        key: KeyId,
        header: &[u8],
        epoch: EpochDay,
        values: &[u8],
        pseudonym: &[u8],
        context: &[u8],
        predicates: usize,
    ) -> &mut Self {
        self.number(position as u64)
            .part(&key.0)
            .part(header)
            .part(&epoch.0.to_be_bytes());
        self.part(values)
            .part(pseudonym)
            .part(context)
            .number(predicates as u64)
    }

    /// One predicate's statement and first move (empty where it has none).
    pub(crate) fn predicate(&mut self, statement: &[u8], first_move: &[u8]) -> &mut Self {
        self.part(statement).part(first_move)
    }

    /// `ph`
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    fn part(&mut self, octets: &[u8]) -> &mut Self {
        self.number(octets.len() as u64);
        self.0.update(octets);
        self
    }

    fn number(&mut self, number: u64) -> &mut Self {
        self.0.update(number.to_be_bytes());
        self
    }
}
