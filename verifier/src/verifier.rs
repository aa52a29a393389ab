//! The verifier: asks, checks what is answered, and lets each request be answered once.

use std::sync::Arc;

use glimpse_core::cbor::Texts;
use glimpse_core::credential::CredentialContext;
use glimpse_core::curve::DecodeError;
use glimpse_core::ids::{Nonce, UnixTime};
use glimpse_core::presentation::{
    Freshness, Query, Registration, Request, RequestError, Unpaired, VerifiedRequest,
    Verifier as Checker, answered_request,
};
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_core::trust::{Accepted, TrustError};
use rand_core::CryptoRng;

use crate::identity::Identity;
use crate::outstanding::{Entry, InMemory, Outstanding, Ticket};
use crate::policy::{Policy, PolicyError};
use crate::verdict::{Learned, Reason, Verdict};

/// How far the clock may fall back behind the latest moment that it showed, in seconds.
const CLOCK_TOLERANCE: u64 = 3600;
/// How long an expired trust list is used on, in seconds: a counter without a network for a week.
const GRACE: u64 = 7 * 86_400;

/// Why nothing can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The trust list or the clock does not let the verifier work now, or the record fails.
    #[error(transparent)]
    NotNow(Reason),
    /// The policy does not fit the trust list.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// It makes a request that no wallet would take.
    #[error("no wallet would take this request: {0}")]
    Request(RequestError),
}

/// A request to be shown, and its ticket for the check.
pub struct Asked {
    /// The signed request.
    pub octets: Vec<u8>,
    /// Its ticket.
    pub ticket: Ticket,
    /// Whether wallets will show this verifier as a registered one, by this verifier's own list.
    pub registered: bool,
    /// When it ends.
    pub expires: UnixTime,
}

impl Asked {
    /// The text of its QR code, in alphanumeric mode; for more than one symbol holds, see
    /// [`glimpse_core::transport::frames`].
    pub fn text(&self) -> String {
        // Requests are far below what a text may hold.
        qr::encode(DocumentKind::Request, &self.octets).unwrap_or_default()
    }
}

/// What is asked, in the core's terms: a [`Policy`] on one day, with one trust list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The purpose's code, as registered.
    pub purpose: String,
    /// The purpose in words.
    pub purpose_texts: Texts,
    /// Any one of these answers it.
    pub alternatives: Vec<Vec<Query>>,
    /// How long a request may be answered, in seconds.
    pub seconds: u64,
}

/// A verifier: who it is, whom it trusts, what it has asked.
pub struct Verifier {
    identity: Identity,
    registration: Vec<u8>,
    trust: Accepted,
    grace_seconds: u64,
    record: Box<dyn Outstanding + Send>,
    checker: Checker,
    latest: Option<Ticket>,
}

impl Verifier {
    /// A verifier with an accepted trust list, its identity and its signed registration. It remembers
    /// what it asked in memory, and uses the list for a week beyond its end.
    ///
    /// # Errors
    /// None in practice: bases are constants.
    pub fn new(
        trust: Accepted,
        identity: Identity,
        registration: Vec<u8>,
    ) -> Result<Self, DecodeError> {
        Ok(Self {
            identity,
            registration,
            trust,
            grace_seconds: GRACE,
            record: Box::new(InMemory::default()),
            checker: Checker::new(Vec::new())?,
            latest: None,
        })
    }

    /// The same verifier, which remembers what it asked in another record, such as one that survives
    /// restarts.
    #[must_use]
    pub fn remembering(mut self, record: impl Outstanding + Send + 'static) -> Self {
        self.record = Box::new(record);
        self
    }

    /// The same verifier, which uses an expired trust list on for so many seconds.
    #[must_use]
    pub fn with_grace(mut self, seconds: u64) -> Self {
        self.grace_seconds = seconds;
        self
    }

    /// The trust list in use.
    pub fn trust(&self) -> &Accepted {
        &self.trust
    }

    /// Accepts a newer trust list, by the list in use. One that is refused changes nothing.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn update_trust(&mut self, octets: &[u8], now: UnixTime) -> Result<(), TrustError> {
        self.trust = self.trust.update(octets, now)?;
        Ok(())
    }

    /// Who this verifier is by the trust list, where it is registered now.
    pub fn registration(&self, now: UnixTime) -> Option<Registration> {
        let list = &self.trust.list;
        if let Some(entry) = list.verifier(self.identity.id()) {
            return (entry.signing == self.identity.verifying_key()).then(|| Registration {
                verifier: entry.id,
                key: entry.signing,
                names: entry.names.clone(),
                allowances: entry.allowances.clone(),
                expires: list.expires,
            });
        }
        let registration = Registration::verify(&self.registration, list).ok()?;
        let own = registration.verifier == self.identity.id()
            && registration.key == self.identity.verifying_key();
        Some(registration).filter(|r| own && now <= r.expires)
    }

    /// Makes a fresh signed request from a policy, and remembers it. [`Verifier::check`] then
    /// expects an answer to it.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn request(
        &mut self,
        policy: &Policy,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Asked, AskError> {
        let question = policy.question(&self.trust.list, now)?;
        self.ask(&question, now, rng)
    }

    /// [`Verifier::request`] of a question in the core's terms.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn ask(
        &mut self,
        question: &Question,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Asked, AskError> {
        self.ready(now).map_err(AskError::NotNow)?;
        let mut nonce = [0; Nonce::LEN];
        rng.fill_bytes(&mut nonce);
        let request = Request {
            freshness: Freshness::Nonce(Nonce(nonce)),
            verifier: self.identity.id(),
            purpose: question.purpose.clone(),
            purpose_texts: question.purpose_texts.clone(),
            issued: now,
            expires: UnixTime(now.0.saturating_add(question.seconds)),
            alternatives: question.alternatives.clone(),
            registration: self.registration.clone(),
        };
        self.sign_and_remember(&request, now)
    }

    fn sign_and_remember(&mut self, request: &Request, now: UnixTime) -> Result<Asked, AskError> {
        let octets = request.sign(self.identity.signing_key());
        // What wallets could not read is not asked.
        let read = VerifiedRequest::verify(&octets, Some(&self.trust.list), now);
        let registered = read.map_err(AskError::Request)?.registered;
        let ticket = Ticket::of(&octets);
        let kept = self.record.put(ticket, &octets, request.expires, now);
        kept.map_err(|error| AskError::NotNow(error.into()))?;
        self.latest = Some(ticket);
        Ok(Asked {
            octets,
            ticket,
            registered,
            expires: request.expires,
        })
    }

    /// Expects the answer to an earlier request again, such as the last one before a restart.
    pub fn expect(&mut self, ticket: Ticket) {
        self.latest = Some(ticket);
    }

    /// Checks an answer to the latest request; a good one uses the request up. The answer is its
    /// octets, or the text of its QR code. An answer to another request of this verifier, which may
    /// have asked for less, is refused.
    pub fn check(&mut self, answer: &[u8], now: UnixTime) -> Verdict {
        match self.latest {
            Some(ticket) => self.check_for(ticket, answer, now),
            None => Verdict::from(Err(Reason::NothingAsked)),
        }
    }

    /// [`Verifier::check`] for the request of a ticket: for whoever waits for several answers.
    pub fn check_for(&mut self, ticket: Ticket, answer: &[u8], now: UnixTime) -> Verdict {
        let checked = self.unpaired(ticket, answer, now);
        let settled =
            checked.and_then(|unpaired| self.checker.pair(unpaired).map_err(Reason::from));
        self.settle(ticket, settled)
    }

    /// Checks many answers at once: one pairing equation for each issuer's key instead of one for each
    /// answer. The weights are drawn now, from a generator that those who answer cannot predict.
    pub fn check_many(
        &mut self,
        answers: &[(Ticket, &[u8])],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Vec<Verdict> {
        let mut reasons = Vec::new();
        let mut unpaired = Vec::new();
        for (ticket, answer) in answers {
            match self.unpaired(*ticket, answer, now) {
                Ok(answer) => {
                    reasons.push(None);
                    unpaired.push(Ok(answer));
                }
                Err(reason) => reasons.push(Some(reason)),
            }
        }
        let mut paired = self.checker.verify_batch(unpaired, rng).into_iter();
        let settled = reasons.into_iter().zip(answers);
        let settled = settled.map(|(reason, (ticket, _))| {
            let result = match reason {
                Some(reason) => Err(reason),
                None => paired
                    .next()
                    .map_or(Err(Reason::FalseProof), |p| p.map_err(Reason::from)),
            };
            self.settle(*ticket, result)
        });
        settled.collect()
    }

    /// Everything but the pairing equations.
    fn unpaired(
        &mut self,
        ticket: Ticket,
        answer: &[u8],
        now: UnixTime,
    ) -> Result<Unpaired, Reason> {
        self.ready(now)?;
        let answer = answer_octets(answer)?;
        let answered = Ticket(answered_request(&answer).map_err(|_| Reason::NotAnAnswer)?);
        let octets = match (self.record.get(answered)?, answered == ticket) {
            (Entry::Waiting(octets), true) => octets,
            (Entry::Waiting(_), false) => return Err(Reason::OtherRequest),
            (Entry::Used, _) => return Err(Reason::UsedAlready),
            (Entry::Unknown, _) => return Err(Reason::NotOurs),
        };
        let request = Request::read_own(&octets, &self.identity.verifying_key());
        let request = self.still_trusted(request.map_err(|_| Reason::Damaged)?, now);
        Ok(self
            .checker
            .verify_unpaired(&request, &octets, &answer, now)?)
    }

    /// Uses the request of a good answer up.
    fn settle(
        &mut self,
        ticket: Ticket,
        checked: Result<glimpse_core::presentation::Verdict, Reason>,
    ) -> Verdict {
        let learned = checked.and_then(|verdict| match self.record.use_up(ticket) {
            Ok(true) => Ok(self.learned(verdict)),
            Ok(false) => Err(Reason::UsedAlready),
            Err(error) => Err(error.into()),
        });
        learned.into()
    }

    fn learned(&self, verdict: glimpse_core::presentation::Verdict) -> Learned {
        let names = |issuer| self.trust.list.issuer(issuer).map(|i| i.names.clone());
        let with_names = verdict.shown.into_iter().map(|shown| {
            let names = names(shown.context.issuer).unwrap_or_else(|| Texts::new(&[]));
            (shown, names)
        });
        Learned {
            alternative: verdict.alternative,
            shown: with_names.collect(),
        }
    }

    /// Whether trust list and clock let this verifier work now.
    fn ready(&mut self, now: UnixTime) -> Result<(), Reason> {
        self.trust.check_time(now, self.grace_seconds)?;
        // Only moments that the list allows are noted: a clock that was far ahead once does not
        // keep the counter closed for longer than the list lives.
        let latest = self.record.see(now)?;
        if now.0.saturating_add(CLOCK_TOLERANCE) < latest.0 {
            return Err(Reason::ClockBehind);
        }
        Ok(())
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
}

/// The octets of an answer that came as octets or as the text of its QR code. A text begins with a
/// letter, an answer's octets never do.
fn answer_octets(answer: &[u8]) -> Result<Vec<u8>, Reason> {
    let Some(text) = core::str::from_utf8(answer).ok().map(str::trim) else {
        return Ok(answer.to_vec());
    };
    match qr::decode(text) {
        Ok((DocumentKind::Answer, octets)) => Ok(octets),
        Ok(_) => Err(Reason::OtherDocument),
        Err(_) => Err(Reason::NotAnAnswer),
    }
}
