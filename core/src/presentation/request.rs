//! What a verifier asks: alternatives, each a list of queries, each for one credential.
//! spec:GL-6-REQUEST

use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::cbor::{CborError, Reader, Texts, Writer};
use crate::credential::MAX_ATTRIBUTES;
use crate::ids::{IssuerId, KeyId, Origin, SchemaId, UnixTime, VerifierId};
use crate::predicate::{Profile, Statement};
use crate::signed::{self, Kind, SignedError};

use super::poster::Freshness;

const MAX_ALTERNATIVES: usize = 4;
const MAX_QUERIES: usize = 4;
const MAX_PREDICATES: usize = 4;
/// Three-squares proofs of one answer are tried together: with more, too many tries fail.
const MAX_SQUARES: usize = 8;
/// Accepted issuers and keys of a query, at 26 octets each.
const MAX_ISSUER_KEYS: usize = 32;

/// What is to be shown of a hidden attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A statement about its value.
    Holds(Statement),
    /// Its value is that of an attribute in an earlier query.
    EqualTo {
        /// The earlier query's position.
        query: usize,
        /// The attribute's position in that query's schema.
        attribute: usize,
    },
}

/// A predicate on one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    /// The attribute's position in the schema.
    pub attribute: usize,
    /// What is to be shown.
    pub test: Test,
}

/// What is asked of one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The schema.
    pub schema: SchemaId,
    /// Issuers and keys that are accepted.
    pub issuers: Vec<(IssuerId, KeyId)>,
    /// Attributes to disclose, ascending.
    pub disclose: Vec<usize>,
    /// Predicates.
    pub predicates: Vec<Predicate>,
    /// How many days old the epoch may be.
    pub max_age_days: u32,
    /// The context of a pseudonym, where one is asked.
    pub pseudonym: Option<Vec<u8>>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What makes an answer fresh: a nonce, or that the request is a poster.
    pub freshness: Freshness,
    /// Who asks.
    pub verifier: VerifierId,
    /// The purpose's code, as registered.
    pub purpose: String,
    /// The purpose in words.
    pub purpose_texts: Texts,
    /// When it was made.
    pub issued: UnixTime,
    /// When it ends.
    pub expires: UnixTime,
    /// Any one of these answers it.
    pub alternatives: Vec<Vec<Query>>,
    /// The signed registration.
    pub registration: Vec<u8>,
    /// Where alone the answer may go, by network, when a site asks. Without it, it is shown as a code as well.
    pub answer_to: Option<Origin>,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Not well-formed.
    #[error("the request is not well-formed: {0}")]
    Encoding(#[from] CborError),
    /// Not signed, or not by the registered verifier.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// The registration belongs to another verifier.
    #[error("the registration belongs to another verifier")]
    OtherVerifier,
    /// Its time is over, or not yet there.
    #[error("the request is not valid at this time; ask the counter for a new one")]
    Time,
    /// A site's request, which came in another way than from that site.
    #[error("this question belongs to a website; open it there")]
    ForSite,
    /// An index, predicate or equality that does not fit the schema.
    #[error("the request does not fit the credential's schema")]
    Schema,
}

impl Request {
    /// The signed document.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(9 + usize::from(self.answer_to.is_some()));
        w.uint(1).uint(1).uint(2);
        self.freshness.write(&mut w);
        w.uint(3).bytes(&self.verifier.0);
        w.uint(4).text(&self.purpose).uint(5);
        self.purpose_texts.write(&mut w);
        w.uint(6).uint(self.issued.0).uint(7).uint(self.expires.0);
        w.uint(8).array(self.alternatives.len());
        for alternative in &self.alternatives {
            w.array(alternative.len());
            alternative.iter().for_each(|q| q.write(&mut w));
        }
        w.uint(9).bytes(&self.registration);
        if let Some(origin) = &self.answer_to {
            w.uint(10).text(origin.as_str());
        }
        signed::sign(Kind::Request, &w.into_vec(), key)
    }

    /// Reads a request that this key has signed, whatever its time: a verifier reads back its own.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn read_own(octets: &[u8], key: &VerifyingKey) -> Result<Self, RequestError> {
        let payload = signed::read(octets)?.verify(Kind::Request, key)?;
        Ok(Self::from_payload(payload)?)
    }

    /// Reads what a request says, whoever signed it: to explain it, not to answer it.
    /// [`VerifiedRequest::verify`](super::VerifiedRequest::verify) checks.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn claimed(octets: &[u8]) -> Result<Self, RequestError> {
        Ok(Self::from_payload(signed::read(octets)?.payload)?)
    }

    pub(super) fn from_payload(payload: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(payload);
        let of_site = r.versioned_map_with_last(10)?;
        let request = Self {
            freshness: Freshness::read(r.key(2)?)?,
            verifier: VerifierId(r.key(3)?.array_of()?),
            purpose: r.key(4)?.text(32)?.to_owned(),
            purpose_texts: r.key(5)?.texts()?,
            issued: UnixTime(r.key(6)?.uint()?),
            expires: UnixTime(r.key(7)?.uint()?),
            alternatives: r
                .key(8)?
                .list(1, MAX_ALTERNATIVES, |r| r.list(1, MAX_QUERIES, Query::read))?,
            registration: r.key(9)?.bytes(signed::MAX_SIGNED)?.to_vec(),
            answer_to: match of_site {
                true => Some(read_origin(r.key(10)?)?),
                false => None,
            },
        };
        r.finish()?;
        // A poster hangs where anybody passes: no site asks by it.
        if of_site && request.freshness.nonce().is_none() {
            return Err(CborError::Bound);
        }
        let lifetime = request.expires.0.checked_sub(request.issued.0);
        if !lifetime.is_some_and(|s| request.freshness.allows_lifetime(s)) {
            return Err(CborError::Bound);
        }
        let is_squares = |p: &&Predicate| {
            use Statement::{AtLeast, AtMost};
            let test = &p.test;
            matches!(test, Test::Holds(AtMost(_, p) | AtLeast(_, p)) if *p == Profile::ThreeSquares)
        };
        let squares = |alternative: &Vec<Query>| {
            let predicates = alternative.iter().flat_map(|q| &q.predicates);
            predicates.filter(is_squares).count()
        };
        if request
            .alternatives
            .iter()
            .map(squares)
            .any(|n| n > MAX_SQUARES)
        {
            return Err(CborError::Bound);
        }
        Ok(request)
    }

    /// The first eight octets of a signed request's SHA-256: an answer carries them.
    pub fn digest(octets: &[u8]) -> [u8; 8] {
        let digest: [u8; 32] = Sha256::digest(octets).into();
        digest.first_chunk().copied().unwrap_or_default()
    }
}

impl Query {
    fn write(&self, w: &mut Writer) {
        w.map(5 + usize::from(self.pseudonym.is_some()))
            .uint(1)
            .bytes(&self.schema.0);
        w.uint(2).array(self.issuers.len());
        for (issuer, key) in &self.issuers {
            w.array(2).bytes(&issuer.0).bytes(&key.0);
        }
        w.uint(3).array(self.disclose.len());
        self.disclose.iter().for_each(|i| {
            w.uint(*i as u64);
        });
        w.uint(4).array(self.predicates.len());
        self.predicates.iter().for_each(|p| p.write(w));
        w.uint(5).uint(self.max_age_days.into());
        if let Some(context) = &self.pseudonym {
            w.uint(6).bytes(context);
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CborError> {
        let entries = r.map_up_to(6)?;
        if entries < 5 {
            return Err(CborError::Keys);
        }
        let query = Self {
            schema: SchemaId(r.key(1)?.array_of()?),
            issuers: r.key(2)?.list(1, MAX_ISSUER_KEYS, |r| {
                r.tuple(2)?;
                Ok::<_, CborError>((IssuerId(r.array_of()?), KeyId(r.array_of()?)))
            })?,
            disclose: r.key(3)?.list(0, MAX_ATTRIBUTES, read_attribute)?,
            predicates: r.key(4)?.list(0, MAX_PREDICATES, Predicate::read)?,
            max_age_days: r.key(5)?.uint_up_to(3660)?,
            pseudonym: if entries == 6 {
                Some(r.key(6)?.bytes(64)?.to_vec())
            } else {
                None
            },
        };
        let ascending = query.disclose.is_sorted_by(|a, b| a < b);
        if ascending && query.pseudonym.as_ref().is_none_or(|c| !c.is_empty()) {
            Ok(query)
        } else {
            Err(CborError::Bound)
        }
    }

    /// Attributes whose value a predicate of this query commits to, ascending and once each.
    pub(crate) fn committed(&self) -> Vec<usize> {
        let holds = |p: &&Predicate| matches!(p.test, Test::Holds(_));
        let mut list: Vec<_> = self
            .predicates
            .iter()
            .filter(holds)
            .map(|p| p.attribute)
            .collect();
        list.sort_unstable();
        list.dedup();
        list
    }
}

fn read_origin(r: &mut Reader<'_>) -> Result<Origin, CborError> {
    Origin::parse(r.text(Origin::MAX)?).ok_or(CborError::Bound)
}

fn read_attribute(r: &mut Reader<'_>) -> Result<usize, CborError> {
    r.index(MAX_ATTRIBUTES)
}

impl Predicate {
    /// The kind's number on the wire: 0 at most, 1 at least, 2 one of, 3 equal.
    pub fn kind(&self) -> u32 {
        match &self.test {
            Test::Holds(Statement::AtMost(..)) => 0,
            Test::Holds(Statement::AtLeast(..)) => 1,
            Test::Holds(Statement::OneOf(_)) => 2,
            Test::EqualTo { .. } => 3,
        }
    }

    /// Writes the predicate; also the form in which `ph` covers it.
    pub(crate) fn write(&self, w: &mut Writer) {
        let profile = |p: &Profile| u64::from(*p == Profile::Bits);
        let attribute = self.attribute as u64;
        match &self.test {
            Test::Holds(Statement::AtMost(cutoff, p)) => {
                w.array(4)
                    .uint(0)
                    .uint(attribute)
                    .uint((*cutoff).into())
                    .uint(profile(p));
            }
            Test::Holds(Statement::AtLeast(cutoff, p)) => {
                w.array(4)
                    .uint(1)
                    .uint(attribute)
                    .uint((*cutoff).into())
                    .uint(profile(p));
            }
            Test::Holds(Statement::OneOf(values)) => {
                w.array(3).uint(2).uint(attribute).array(values.len());
                values.iter().for_each(|v| {
                    w.uint((*v).into());
                });
            }
            Test::EqualTo {
                query,
                attribute: other,
            } => {
                w.array(4)
                    .uint(3)
                    .uint(attribute)
                    .uint(*query as u64)
                    .uint(*other as u64);
            }
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CborError> {
        let items = r.array(4)?;
        let kind = r.uint()?;
        let attribute = read_attribute(r)?;
        let test = match (kind, items) {
            (0 | 1, 4) => {
                let cutoff = r.uint_up_to(u32::MAX)?;
                let profile = match r.uint()? {
                    0 => Profile::ThreeSquares,
                    1 => Profile::Bits,
                    _ => return Err(CborError::Bound),
                };
                let make = if kind == 0 {
                    Statement::AtMost
                } else {
                    Statement::AtLeast
                };
                Test::Holds(make(cutoff, profile))
            }
            (2, 3) => Test::Holds(Statement::OneOf(r.list(2, 16, |r| r.uint_up_to(u32::MAX))?)),
            (3, 4) => {
                let query = r.index(MAX_QUERIES)?;
                Test::EqualTo {
                    query,
                    attribute: read_attribute(r)?,
                }
            }
            _ => return Err(CborError::Kind),
        };
        if let Test::Holds(statement) = &test {
            statement.check().map_err(|_| CborError::Bound)?;
        }
        Ok(Self { attribute, test })
    }
}
