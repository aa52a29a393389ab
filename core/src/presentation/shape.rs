//! What a query fixes about the proof that answers it: both sides derive it from the request, so
//! an answer carries no index and no length.

use crate::bbs::Error;
use crate::bbs::proof::{Disclosure, NymContext};
use crate::cbor::Writer;
use crate::credential::CredentialContext;
use crate::ids::VerifierId;

use super::request::{Predicate, Query, Test};

/// Message index of an attribute.
pub(super) fn message(attribute: usize) -> usize {
    attribute + 1
}

pub(super) struct Shape {
    pub(super) disclosure: Disclosure,
    /// Attributes with a commitment, in the order of the commitments.
    pub(super) committed: Vec<usize>,
    pub(super) nym: Option<NymContext>,
}

impl Shape {
    pub(super) fn of(
        query: &Query,
        context: &CredentialContext,
        verifier: VerifierId,
    ) -> Result<Self, Error> {
        let committed = query.committed();
        // The epoch, which is message 0, is always disclosed.
        let disclosed: Vec<_> = core::iter::once(0)
            .chain(query.disclose.iter().map(|i| message(*i)))
            .collect();
        let indexes: Vec<_> = committed.iter().map(|i| message(*i)).collect();
        let layout = context.key.generators().layout();
        let disclosure = Disclosure::new(layout, &disclosed, &indexes)?;
        let nym = query.pseudonym.as_ref().map(|scope| {
            // A verifier's own: two that ask for one scope get two pseudonyms.
            let scope = [verifier.0.as_slice(), scope].concat();
            NymContext::new(context.interface(), &scope, vec![context.nym_index()])
        });
        Ok(Self {
            disclosure,
            committed,
            nym,
        })
    }

    /// Where an attribute's commitment stands.
    pub(super) fn commitment(&self, attribute: usize) -> Result<usize, Error> {
        self.committed
            .binary_search(&attribute)
            .map_err(|_| Error::Indexes)
    }

    pub(super) fn part_len(&self, context: &CredentialContext) -> usize {
        self.disclosure.part_len(context.key.generators().layout())
    }
}

/// The statement's octets, as `ph` covers them.
pub(super) fn statement_octets(predicate: &Predicate) -> Vec<u8> {
    let mut w = Writer::new();
    predicate.write(&mut w);
    w.into_vec()
}

/// Every equality of an alternative: (query, attribute) on both sides.
pub(super) fn equalities(queries: &[Query]) -> Vec<((usize, usize), (usize, usize))> {
    let mut list = Vec::new();
    for (position, query) in queries.iter().enumerate() {
        for predicate in &query.predicates {
            if let Test::EqualTo { query, attribute } = predicate.test {
                list.push(((position, predicate.attribute), (query, attribute)));
            }
        }
    }
    list
}
