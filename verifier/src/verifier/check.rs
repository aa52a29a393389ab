//! Checking: an answer is for a request that waits, holds, and counts once.

use std::sync::Arc;

use glimpse_core::cbor::Texts;
use glimpse_core::credential::CredentialContext;
use glimpse_core::ids::{SchemaId, UnixTime};
use glimpse_core::presentation::{
    Freshness, Request, Unpaired, Verdict as Checked, VerifyError, answer_digest, answered_request,
};
use glimpse_core::transport::{DocumentKind, qr};
use rand_core::CryptoRng;

use super::{CLOCK_TOLERANCE, Verifier};
use crate::outstanding::{Entry, Ticket};
use crate::verdict::{Learned, Reason, ShownCard, Verdict};

impl Verifier {
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
        let with_issuer = verdict.shown.into_iter().map(|shown| {
            let issuer = names(shown.context.issuer).unwrap_or_else(|| Texts::new(&[]));
            ShownCard { shown, issuer }
        });
        Learned {
            alternative: verdict.alternative,
            cards: with_issuer.collect(),
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
