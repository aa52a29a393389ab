//! Asking: requests that each visitor gets afresh, and posters.

use glimpse_core::ids::{Nonce, Origin, UnixTime};
use glimpse_core::presentation::{Freshness, Request, VerifiedRequest};
use rand_core::CryptoRng;

use super::Verifier;
use crate::asking::{AskError, Asked, Question};
use crate::outstanding::Ticket;
use crate::policy::Policy;

impl Verifier {
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
}
