//! What a verifier learns from an answer, or why it learns nothing.

use std::sync::Arc;

use crate::cbor::CborError;
use crate::credential::{CredentialContext, Value};
use crate::curve::{G1, G1Affine};
use crate::ids::{EpochDay, UnixTime};

use super::request::Predicate;
use super::stated::Stated;

/// Why an answer is not accepted. A failed proof says only that it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Not an answer of this project.
    #[error("this is not an answer: {0}")]
    Encoding(#[from] CborError),
    /// It answers another request.
    #[error("this answers another request; show the request on this screen")]
    OtherRequest,
    /// The request's time is over.
    #[error("the request has expired; make a new one")]
    Expired,
    /// The answer to a poster was not made within its window: the code is old, or a clock is off.
    #[error(
        "the code was made too long ago, or the clock of one of the two devices is off; \
         check both clocks and make a new code"
    )]
    Moment,
    /// The issuer, its key or the schema is not trusted, or not asked for.
    #[error("the credential's issuer is not one that this counter accepts")]
    UnknownIssuer,
    /// The credential has not been renewed for too long.
    #[error("the credential must be renewed first")]
    TooOld,
    /// The request itself does not fit the schema.
    #[error("the request does not fit the schema")]
    Request,
    /// The proof does not hold.
    #[error("the proof does not hold")]
    Invalid,
}

/// What a verifier learns of one credential.
pub struct Shown {
    /// The issuer, its key and the schema.
    pub context: Arc<CredentialContext>,
    /// The contexts of all credentials of the answer, in order, this one's among them.
    pub beside: Vec<Arc<CredentialContext>>,
    /// The epoch of the last renewal.
    pub epoch: EpochDay,
    /// (attribute's position, value), as asked.
    pub disclosed: Vec<(usize, Value)>,
    /// The predicates: all that were asked hold.
    pub predicates: Vec<Predicate>,
    /// The pseudonym for the context asked.
    pub pseudonym: Option<[u8; G1::LEN]>,
}

impl Shown {
    /// A disclosed value, by its attribute's code.
    pub fn value(&self, code: &str) -> Option<&Value> {
        let position = self.context.schema.position(code)?;
        let found = self.disclosed.iter().find(|d| d.0 == position);
        found.map(|d| &d.1)
    }

    /// (attribute's name, value), for the clerk's eyes.
    pub fn values_in_words(&self, language: &str) -> Vec<(String, String)> {
        let attributes = &self.context.schema.attributes;
        let words = |(position, value): &(usize, Value)| {
            let attribute = attributes.get(*position)?;
            let name = attribute.names.get(language).to_owned();
            Some((name, value.display(&attribute.kind, language)))
        };
        self.disclosed.iter().filter_map(words).collect()
    }

    /// What is proved, such as "18 or older".
    pub fn statements(&self, now: UnixTime, language: &str) -> Vec<String> {
        let beside: Vec<_> = self.beside.iter().map(|context| &context.schema).collect();
        let attributes = &self.context.schema.attributes;
        let words = |p: &Predicate| {
            let attribute = attributes.get(p.attribute)?;
            let stated = Stated::new(p, attribute, &beside, now, language);
            Some(stated.in_words(attribute.names.get(language), language))
        };
        self.predicates.iter().filter_map(words).collect()
    }
}

/// An accepted answer.
pub struct Verdict {
    /// Which alternative was answered.
    pub alternative: usize,
    /// When the answer says that it was made, where the request is a poster. The verifier remembers
    /// the answer's [`answer_digest`](super::answer_digest) for the window, and accepts it once.
    pub moment: Option<UnixTime>,
    /// What is learnt of each credential.
    pub shown: Vec<Shown>,
}

/// An answer of which everything is checked but the pairing equations.
pub struct Unpaired {
    pub(super) verdict: Verdict,
    /// The context, Abar and Bbar, for each credential.
    pub(super) pairs: Vec<(Arc<CredentialContext>, G1Affine, G1Affine)>,
}
