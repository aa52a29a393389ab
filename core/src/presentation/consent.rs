//! The holder's agreement to one alternative of a review, and what is checked of it when it is used.

use crate::bbs::signature::Signature;

use super::registration::VerifiedRequest;
use super::request::Query;
use super::review::Holding;
use super::shape::equalities;

/// A reviewed credential: its place among the holdings, and its signature, by which it is known again
/// when it is to be proved.
pub(super) struct Chosen {
    pub(super) place: usize,
    pub(super) signature: [u8; Signature::LEN],
}

/// The holder's agreement to show exactly what a review said.
pub struct Consent {
    pub(super) request: VerifiedRequest,
    pub(super) alternative: usize,
    /// Which holding answers each query.
    pub(super) holdings: Vec<Chosen>,
}

impl Consent {
    pub(super) fn queries(&self) -> &[Query] {
        self.request
            .request
            .alternatives
            .get(self.alternative)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether the values that are to be shown equal are equal in these holdings.
    pub(super) fn equalities_hold(&self, holdings: &[Holding<'_>]) -> bool {
        let scalar = |(query, attribute): (usize, usize)| {
            let holding = holdings.get(self.holdings.get(query)?.place)?;
            let value = holding.credential.values.get(attribute)?;
            Some(value.to_scalar(holding.context.interface()))
        };
        equalities(self.queries())
            .into_iter()
            .all(|(one, other)| scalar(one).is_some() && scalar(one) == scalar(other))
    }

    /// Whether these are the holdings that were reviewed.
    pub(super) fn is_for(&self, holdings: &[Holding<'_>]) -> bool {
        let known = |chosen: &Chosen| {
            let holding = holdings.get(chosen.place);
            holding.is_some_and(|h| h.credential.signature == chosen.signature)
        };
        self.holdings.iter().all(known)
    }
}
