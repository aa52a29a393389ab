//! The verifier: asks, checks what is answered, and lets each request be answered once.

use std::sync::Arc;

use glimpse_core::cbor::Texts;
use glimpse_core::credential::CredentialContext;
use glimpse_core::curve::DecodeError;
use glimpse_core::ids::{Nonce, Origin, SchemaId, UnixTime};
use glimpse_core::presentation::{
    Freshness, Registration, Request, Unpaired, Verdict as Checked, VerifiedRequest,
    Verifier as Checker, VerifyError, answer_digest, answered_request,
};
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_core::trust::{Accepted, TrustError};
use rand_core::CryptoRng;

use crate::asking::{AskError, Asked, Question};
use crate::identity::Identity;
use crate::outstanding::{Entry, InMemory, Outstanding, Ticket};
use crate::policy::Policy;
use crate::verdict::{Learned, Reason, Verdict};

/// How far the clock may fall back behind the latest moment that it showed, in seconds.
const CLOCK_TOLERANCE: u64 = 3600;
/// How long an expired trust list is used on, in seconds: a counter without a network for a week.
const GRACE: u64 = 7 * 86_400;

#[cfg(test)]
mod tests;

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

    /// Who this verifier is.
    pub fn identity(&self) -> &Identity {
        &self.identity
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
        let question = self.question(policy, now)?;
        self.fresh(&question, now, rng)
    }

    /// [`Verifier::request`] for a site: wallets send the answer to this origin and show it to nobody
    /// as a code, so that whoever passes the request on cannot read the answer and bring it himself.
    /// [`Verifier::check`] does not see which way an answer came: no wallet makes another.
    /// spec:GL-12-VERIFIER
    ///
    /// # Errors
    /// [`AskError`].
    pub fn request_online(
        &mut self,
        policy: &Policy,
        answer_to: &Origin,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Asked, AskError> {
        let question = Question {
            answer_to: Some(answer_to.clone()),
            ..self.question(policy, now)?
        };
        self.fresh(&question, now, rng)
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
        self.fresh(question, now, rng)
    }

    /// Makes a poster from a policy: a request to be printed, which many answer until its end.
    /// [`Verifier::check`] then expects an answer to it, made at most `window` seconds ago. It is weaker
    /// than a fresh request against somebody who carries answers from elsewhere; an age that it asks
    /// for is that of today, so it is printed anew now and then. spec:GL-13-POSTER
    ///
    /// # Errors
    /// [`AskError`]; [`AskError::Request`] for a window outside 30 to 600 seconds, or more than 366 days.
    pub fn poster(
        &mut self,
        policy: &Policy,
        window: u32,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Asked, AskError> {
        let question = self.question(policy, now)?;
        self.publish(&question, Freshness::Poster { window }, until, now)
    }

    /// What a policy asks now.
    fn question(&mut self, policy: &Policy, now: UnixTime) -> Result<Question, AskError> {
        // First: with a wrong clock the list seems to have no issuer.
        self.ready(now).map_err(AskError::NotNow)?;
        Ok(policy.question(&self.trust.list, now)?)
    }

    /// A request with a nonce of its own.
    fn fresh(
        &mut self,
        question: &Question,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Asked, AskError> {
        let mut nonce = [0; Nonce::LEN];
        rng.fill_bytes(&mut nonce);
        let expires = UnixTime(now.0.saturating_add(question.seconds));
        self.publish(question, Freshness::Nonce(Nonce(nonce)), expires, now)
    }

    /// Signs a request and remembers it. Whether the verifier is ready was seen before.
    fn publish(
        &mut self,
        question: &Question,
        freshness: Freshness,
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Asked, AskError> {
        let request = Request {
            freshness,
            verifier: self.identity.id(),
            purpose: question.purpose.clone(),
            purpose_texts: question.purpose_texts.clone(),
            issued: now,
            expires,
            alternatives: question.alternatives.clone(),
            registration: self.registration.clone(),
            answer_to: question.answer_to.clone(),
        };
        let octets = request.sign(self.identity.signing_key());
        // What wallets could not read is not asked.
        let (site, list) = (request.answer_to.as_ref(), Some(&self.trust.list));
        let read = VerifiedRequest::verify_for(&octets, site, list, now);
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

    /// Makes what the first check of an answer to this request would make and keep, which takes about
    /// ten times as long as a check: for the moment in which nobody waits, with the request on show.
    pub fn prepare(&mut self, ticket: Ticket, now: UnixTime) {
        let Ok(Entry::Waiting(octets)) = self.record.get(ticket) else {
            return;
        };
        let request = Request::read_own(&octets, &self.identity.verifying_key());
        if let Ok(request) = request {
            self.still_trusted(request, now);
            self.checker.prepare_tables();
        }
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
        let settled = checked.and_then(|(once, unpaired)| {
            let verdict = self.checker.pair(unpaired)?;
            self.settle(&once, verdict, now)
        });
        settled.into()
    }

    /// Checks many answers at once: one pairing equation for each issuer's key instead of one for each
    /// answer. The weights are drawn now, from a generator that those who answer cannot predict.
    pub fn check_many(
        &mut self,
        answers: &[(Ticket, &[u8])],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Vec<Verdict> {
        let checked = answers.iter();
        let checked: Vec<_> = checked
            .map(|(ticket, answer)| self.unpaired(*ticket, answer, now))
            .collect();
        let mut counts = Vec::new();
        let unpaired = checked.into_iter().map(|checked| match checked {
            Ok((once, unpaired)) => {
                counts.push(Ok(once));
                Ok(unpaired)
            }
            Err(reason) => {
                counts.push(Err(reason));
                // Anything: its own reason is kept.
                Err(VerifyError::Invalid)
            }
        });
        let unpaired = unpaired.collect();
        let paired = self.checker.verify_batch(unpaired, rng);
        let settled = counts.into_iter().zip(paired).map(|(once, paired)| {
            let once = once?;
            self.settle(&once, paired?, now)
        });
        settled.map(Verdict::from).collect()
    }

    /// Everything but the pairing equations.
    fn unpaired(
        &mut self,
        ticket: Ticket,
        answer: &[u8],
        now: UnixTime,
    ) -> Result<(Once, Unpaired), Reason> {
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
        let unpaired = self
            .checker
            .verify_unpaired(&request, &octets, &answer, now)?;
        let once = Once {
            ticket,
            freshness: request.freshness,
            answer: answer_digest(&answer),
        };
        Ok((once, unpaired))
    }

    /// Makes a good answer count, if it is the first: to its request or, of a poster, by itself.
    fn settle(&mut self, once: &Once, verdict: Checked, now: UnixTime) -> Result<Learned, Reason> {
        let until = verdict
            .moment
            .and_then(|m| once.freshness.accepted_until(m));
        let first = match until {
            None => self.record.use_up(once.ticket)?,
            Some(until) => {
                // Longer by what the clock may fall back: an answer must not become fresh again.
                let until = UnixTime(until.0.saturating_add(CLOCK_TOLERANCE));
                self.record.note_answer(once.answer, until, now)?
            }
        };
        if first {
            Ok(self.learned(verdict))
        } else {
            Err(Reason::UsedAlready)
        }
    }

    fn learned(&self, verdict: Checked) -> Learned {
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
    ///
    /// # Errors
    /// The [`Reason`] why not.
    pub fn ready(&mut self, now: UnixTime) -> Result<(), Reason> {
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
                // A context that is kept outlives the list that it came from.
                let issues =
                    |schemas: &[Vec<u8>]| schemas.iter().any(|s| SchemaId::of(s) == schema);
                if !list.issuer(*issuer).is_some_and(|i| issues(&i.schemas)) {
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

/// What lets an answer count once.
struct Once {
    ticket: Ticket,
    freshness: Freshness,
    answer: [u8; 32],
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
