//! The verifier: asks, checks what is answered, and lets each request be answered once.

use glimpse_core::curve::DecodeError;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Registration, Verifier as Checker};
use glimpse_core::trust::{Accepted, TrustError};

use crate::identity::Identity;
use crate::outstanding::{InMemory, Outstanding, Ticket};
use crate::verdict::Reason;

mod ask;
mod check;

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
}
