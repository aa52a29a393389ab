//! What comes after a credential request: credentials that waited for approval, and what wallets say
//! of those they got. spec:GL-8-ONCE

use glimpse_core::ids::{KeyId, UnixTime};
use rand_core::CryptoRng;
use serde_json::Value;

use super::credential::{Answer, later};
use super::format::{Audience, Configuration};
use super::signing::{Recorded, ToSign};
use super::token::state_after;
use super::{Invitation, InvitationError, Refusal, State, WALLET};
use crate::keys::Purpose;
use crate::records::invitations;
use crate::records::online::{self, Issuance, IssuanceBy, Token};
use crate::{Office, OfficeError};

/// What a wallet says of what it got.
pub struct Told<'a> {
    /// Which answer.
    pub notification: &'a str,
    /// What became of it: one of the three events.
    pub event: &'a str,
}

impl Office {
    /// Answers a deferred request.
    ///
    /// # Errors
    /// A [`Refusal`], or [`InvitationError::Office`].
    pub fn answer_deferred(
        &self,
        token: &str,
        transaction: &str,
        issuer: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Answer, InvitationError> {
        let (token, invitation) = self.store.read(|tx| self.bearer(tx, token, now))?;
        let waiting = self.issuance_of(&token, transaction)?;
        let waiting = waiting.filter(|known| known.event.is_none());
        let waiting = waiting.ok_or(Refusal::Transaction)?;
        let Some(resting) = waiting.proofs.as_ref().filter(|_| waiting.answer.is_none()) else {
            return self.known(&waiting);
        };
        if !invitation.yields() || invitation.left() == 0 {
            return Err(Refusal::Denied.into());
        }
        let resident = self.resident(invitation.resident)?;
        match invitation.approved {
            None => return Ok(later(waiting.id)),
            Some(version) if version == resident.version => {}
            Some(_) => return self.ask_again(&waiting, &invitation, now),
        }
        let resting = self
            .keys
            .open_record(Purpose::Proofs, &waiting.id.0, resting)?;
        let (configuration, key, proofs) = resting_of(&resting).ok_or(Refusal::Denied)?;
        // The key that the proofs were made for: another may have become current since.
        let context = self.context_of(invitation.schema, key);
        let context = context.map_err(|error| match error {
            // It was retired.
            OfficeError::Key(_) => InvitationError::from(Refusal::Denied),
            error => error.into(),
        })?;
        let audience = Audience {
            context: &context,
            issuer,
        };
        let what = ToSign {
            configuration,
            proofs: &proofs,
            left: invitation.left(),
            audience,
            issuance: waiting.id,
            now,
        };
        let batch = self
            .sign(&what, resident, rng)
            .map_err(|error| match error {
                // The proofs held when they came.
                InvitationError::Refused(_) => Refusal::Denied.into(),
                error => error,
            })?;
        let sealed = self
            .keys
            .seal_record(Purpose::Answer, &waiting.id.0, &batch.answer, rng)?;
        let recorded = self.undoing(|tx| {
            if !online::answer(tx, waiting.id, &sealed)? {
                return Ok(Recorded::Tried);
            }
            self.record_batch(tx, &invitation, &batch, now)
        })?;
        if matches!(recorded, Recorded::Done) {
            return Ok(Answer::Issued(batch.answer));
        }
        let known = self.find(IssuanceBy::Id(waiting.id))?;
        self.known(&known.ok_or(Refusal::Transaction)?)
    }

    /// The record has changed since it was approved: somebody is to look at it again.
    fn ask_again(
        &self,
        waiting: &Issuance,
        invitation: &Invitation,
        now: UnixTime,
    ) -> Result<Answer, InvitationError> {
        self.store.write(|tx| {
            if invitations::wait(tx, invitation.id)? {
                self.note(tx, now, WALLET, "invitation.wait", invitation.id, "changed")?;
            }
            Ok::<_, InvitationError>(later(waiting.id))
        })
    }

    /// Keeps what a wallet says of what it got.
    ///
    /// # Errors
    /// [`Refusal::Token`], [`Refusal::Notification`], [`Refusal::Request`],
    /// [`InvitationError::Office`].
    pub fn notified(
        &self,
        token: &str,
        told: &Told<'_>,
        now: UnixTime,
    ) -> Result<(), InvitationError> {
        let (token, invitation) = self.store.read(|tx| self.bearer(tx, token, now))?;
        let state = state_after(told.event).ok_or(Refusal::Request)?;
        let issuance = self.issuance_of(&token, told.notification)?;
        let issuance = issuance.filter(|known| known.answer.is_some());
        let issuance = issuance.ok_or(Refusal::Notification)?;
        self.store.write(|tx| {
            if !online::told(tx, issuance.id, told.event)? {
                return Ok(());
            }
            invitations::told(tx, invitation.id, state)?;
            let action = match state {
                State::Accepted => "invitation.accept",
                _ => "invitation.fail",
            };
            Ok(self.note(tx, now, WALLET, action, invitation.id, told.event)?)
        })
    }

    /// What a token's transaction or notification id means.
    fn issuance_of(&self, token: &Token, id: &str) -> Result<Option<Issuance>, InvitationError> {
        let Ok(id) = id.parse() else {
            return Ok(None);
        };
        let found = self.find(IssuanceBy::Id(id))?;
        Ok(found.filter(|known| known.token == token.digest))
    }
}

/// Proofs that waited for approval, with what they are for.
fn resting_of(octets: &[u8]) -> Option<(Configuration, KeyId, Vec<Value>)> {
    let mut resting: Value = serde_json::from_slice(octets).ok()?;
    let Value::Array(proofs) = resting.get_mut("proofs")?.take() else {
        return None;
    };
    let configuration = Configuration::read(resting.get("configuration")?.as_str()?)?;
    let key = glimpse_terminal::hex(resting.get("key")?.as_str()?).ok()?;
    Some((configuration, KeyId(key), proofs))
}
