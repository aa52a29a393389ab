//! The verifier that others embed: make a request, check an answer, offline.
//!
//! No network, file or clock in this crate: the caller gives the time, the randomness, the trust
//! list and a place that remembers which requests are outstanding.

use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{CredentialContext, bbs_key_id};
use glimpse_core::curve::DecodeError;
use glimpse_core::ids::{IssuerId, KeyId, Nonce, SchemaId, UnixTime, VerifierId};
use glimpse_core::presentation::Verifier as Checker;
pub use glimpse_core::presentation::{
    Predicate, Query, Request, RequestError, Shown, Test, Verdict, VerifyError, answered_request,
};
use glimpse_core::trust::{Accepted, IssuerEntry, TrustError};
use rand_core::CryptoRng;

/// Why a verifier cannot work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CounterError {
    /// The trust list cannot be used now.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The cryptographic bases.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The place that remembers requests failed.
    #[error("the record of outstanding requests cannot be read or written: {0}")]
    Outstanding(String),
    /// The policy makes a request that no wallet could read.
    #[error("this cannot be asked: {0}")]
    Policy(RequestError),
    /// The record of outstanding requests holds something else.
    #[error("the record of outstanding requests is damaged: {0}")]
    Request(RequestError),
    /// The answer is not accepted.
    #[error(transparent)]
    Answer(#[from] VerifyError),
    /// The answer is to no outstanding request: it was used already, or was never asked for.
    #[error("this answer was used already, or answers a request that this counter did not make")]
    NotOutstanding,
}

/// Remembers outstanding requests, so that each is answered once. An implementation that survives
/// restarts keeps replays out across them.
pub trait Outstanding {
    /// Remembers a signed request under its digest, and may forget those that expired before `now`.
    ///
    /// # Errors
    /// In words, when it cannot.
    fn put(
        &mut self,
        digest: [u8; 8],
        octets: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), String>;

    /// Looks a request up without using it.
    ///
    /// # Errors
    /// In words, when it cannot.
    fn get(&self, digest: [u8; 8]) -> Result<Option<Vec<u8>>, String>;

    /// Uses a request up; true the first time only.
    ///
    /// # Errors
    /// In words, when it cannot; the answer is then not accepted.
    fn use_up(&mut self, digest: [u8; 8]) -> Result<bool, String>;
}

/// Outstanding requests in memory.
#[derive(Default)]
pub struct InMemory(BTreeMap<[u8; 8], (UnixTime, Vec<u8>)>);

impl Outstanding for InMemory {
    fn put(
        &mut self,
        digest: [u8; 8],
        octets: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), String> {
        self.0.retain(|_, (expires, _)| *expires >= now);
        self.0.insert(digest, (expires, octets.to_vec()));
        Ok(())
    }

    fn get(&self, digest: [u8; 8]) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.get(&digest).map(|(_, octets)| octets.clone()))
    }

    fn use_up(&mut self, digest: [u8; 8]) -> Result<bool, String> {
        Ok(self.0.remove(&digest).is_some())
    }
}

/// Which request an answer must be for: the digest of the request's octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket([u8; 8]);

impl Ticket {
    /// The ticket of a signed request.
    pub fn of(request: &[u8]) -> Self {
        Self(Request::digest(request))
    }
}

/// A request to be shown, and its ticket for the check.
pub struct Asked {
    /// The signed request.
    pub octets: Vec<u8>,
    /// Its ticket.
    pub ticket: Ticket,
}

/// What this verifier asks, apart from what makes each request fresh.
#[derive(Clone)]
pub struct Policy {
    /// The purpose's code, as registered.
    pub purpose: String,
    /// The purpose in words.
    pub purpose_texts: Texts,
    /// Any one of these answers it.
    pub alternatives: Vec<Vec<Query>>,
    /// How long a request may be answered, in seconds.
    pub seconds: u64,
}

/// A counter: who it is, whom it trusts, what it has asked.
pub struct Counter<O> {
    id: VerifierId,
    key: SigningKey,
    registration: Vec<u8>,
    trust: Accepted,
    grace_seconds: u64,
    outstanding: O,
    checker: Checker,
}

impl<O: Outstanding> Counter<O> {
    /// A counter with its key, its signed registration and an accepted trust list, which it uses
    /// for `grace_seconds` beyond its end.
    ///
    /// # Errors
    /// None in practice: bases are constants.
    pub fn new(
        id: VerifierId,
        key: SigningKey,
        registration: Vec<u8>,
        trust: Accepted,
        grace_seconds: u64,
        outstanding: O,
    ) -> Result<Self, CounterError> {
        Ok(Self {
            id,
            key,
            registration,
            trust,
            grace_seconds,
            outstanding,
            checker: Checker::new(Vec::new())?,
        })
    }

    /// The trust list in use.
    pub fn trust(&self) -> &Accepted {
        &self.trust
    }

    /// Makes a fresh signed request and remembers it.
    ///
    /// # Errors
    /// [`CounterError::Trust`], [`CounterError::Outstanding`].
    pub fn request(
        &mut self,
        policy: &Policy,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Asked, CounterError> {
        self.trust.check_time(now, self.grace_seconds)?;
        let mut nonce = [0; Nonce::LEN];
        rng.fill_bytes(&mut nonce);
        let request = Request {
            nonce: Nonce(nonce),
            verifier: self.id,
            purpose: policy.purpose.clone(),
            purpose_texts: policy.purpose_texts.clone(),
            issued: now,
            expires: UnixTime(now.0.saturating_add(policy.seconds)),
            alternatives: policy.alternatives.clone(),
            registration: self.registration.clone(),
        };
        let octets = request.sign(&self.key);
        // What wallets could not read is not asked.
        Request::read_own(&octets, &self.key.verifying_key()).map_err(CounterError::Policy)?;
        let ticket = Ticket::of(&octets);
        self.outstanding
            .put(ticket.0, &octets, request.expires, now)
            .map_err(CounterError::Outstanding)?;
        Ok(Asked { octets, ticket })
    }

    /// Checks an answer to the request of this ticket; a good one uses the request up. An answer to
    /// another request of this counter, which may have asked for less, is refused.
    ///
    /// # Errors
    /// [`CounterError`]: in words that a clerk can read.
    pub fn check(
        &mut self,
        ticket: Ticket,
        answer: &[u8],
        now: UnixTime,
    ) -> Result<Verdict, CounterError> {
        self.trust.check_time(now, self.grace_seconds)?;
        let Ticket(digest) = ticket;
        if answered_request(answer).map_err(VerifyError::from)? != digest {
            return Err(VerifyError::OtherRequest.into());
        }
        let found = self
            .outstanding
            .get(digest)
            .map_err(CounterError::Outstanding)?;
        let octets = found.ok_or(CounterError::NotOutstanding)?;
        let request = Request::read_own(&octets, &self.key.verifying_key());
        let request = request.map_err(CounterError::Request)?;
        let request = self.still_trusted(request, now);
        let verdict = self.checker.verify(&request, &octets, answer, now)?;
        if self
            .outstanding
            .use_up(digest)
            .map_err(CounterError::Outstanding)?
        {
            Ok(verdict)
        } else {
            Err(CounterError::NotOutstanding)
        }
    }

    /// The request with those of its issuers' keys that the trust list lists and that are in use
    /// now; their contexts, whose tables are worth keeping, are made once.
    fn still_trusted(&mut self, mut request: Request, now: UnixTime) -> Request {
        for query in request.alternatives.iter_mut().flatten() {
            let schema = query.schema;
            query.issuers.retain(|(issuer, key)| {
                let list = &self.trust.list;
                let in_use = list.issuer_by_key(*key, now);
                if in_use.is_none_or(|(listed, _)| listed.id != *issuer) {
                    return false;
                }
                let known = |c: &Arc<CredentialContext>| {
                    (c.issuer, c.key_id, c.schema_id) == (*issuer, *key, schema)
                };
                if self.checker.contexts().iter().any(known) {
                    return true;
                }
                // What is not listed is simply not accepted.
                let context = list.context(*issuer, *key, schema, now);
                context.is_ok_and(|context| {
                    self.checker.add(Arc::new(context));
                    true
                })
            });
        }
        request
    }

    /// The issuers and keys of the trust list that issue a schema, and are in use now.
    pub fn issuers_of(&self, schema: SchemaId, now: UnixTime) -> Vec<(IssuerId, KeyId)> {
        let lists = |i: &&IssuerEntry| i.schemas.iter().any(|s| SchemaId::of(s) == schema);
        let issuers = self.trust.list.issuers.iter().filter(lists);
        let keys = issuers.flat_map(|issuer| issuer.keys.iter().map(move |k| (issuer.id, k)));
        let in_use = keys.filter(|(_, k)| k.in_use(now));
        in_use.map(|(id, k)| (id, bbs_key_id(&k.key))).collect()
    }
}
