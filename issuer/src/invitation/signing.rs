//! Credentials of one request, signed outside any transaction and recorded in one.

use glimpse_core::credential::{CredentialContext, Decided};
use glimpse_core::ids::{Handle, KeyId, UnixTime};
use rand_core::CryptoRng;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::format::{Audience, Configuration, MAX_PROOFS, Signed};
use super::{Invitation, InvitationError, WALLET, settle};
use crate::Office;
use crate::ids::IssuanceId;
use crate::records::holders::{self, NewHolder};
use crate::records::invitations;
use crate::residents::Resident;
use crate::store::{Mode, Transaction};

/// What is to be signed.
pub(super) struct ToSign<'a> {
    pub(super) configuration: Configuration,
    pub(super) proofs: &'a [Value],
    /// How many credentials may be.
    pub(super) left: u32,
    pub(super) audience: Audience<'a>,
    pub(super) issuance: IssuanceId,
    pub(super) now: UnixTime,
}

/// A batch that was signed and is recorded nowhere yet.
pub(super) struct Batch {
    pub(super) answer: Zeroizing<Vec<u8>>,
    signed: Vec<(Handle, Signed)>,
    key: KeyId,
    resident: Resident,
}

/// Who else was faster, so that it is tried anew.
pub(super) enum Recorded {
    Done,
    Tried,
}

impl Office {
    /// Signs for the first proofs, at most so many. All proofs must hold.
    pub(super) fn sign(
        &self,
        what: &ToSign<'_>,
        resident: Resident,
        rng: &mut dyn CryptoRng,
    ) -> Result<Batch, InvitationError> {
        let (audience, format) = (what.audience, what.configuration.format);
        let context: &CredentialContext = audience.context;
        let epoch = context.schema.epoch_of(what.now);
        let left = usize::try_from(what.left).unwrap_or(MAX_PROOFS);
        let mut signed = Vec::with_capacity(what.proofs.len().min(left));
        for (place, proof) in what.proofs.iter().enumerate() {
            if place >= left {
                format.verify(audience, proof)?;
                continue;
            }
            let mut handle = Handle([0; 8]);
            rng.fill_bytes(&mut handle.0);
            let decided = Decided {
                values: resident.record.values.clone(),
                epoch,
                handle,
                renewal_key: self.keys.renewal_key(handle),
            };
            let one = format.sign(&self.keys, audience, proof, decided, rng)?;
            signed.push((handle, one));
        }
        let credentials: Vec<_> = signed
            .iter()
            .map(|(_, one)| json!({ "credential": one.credential.as_str() }))
            .collect();
        let answer = json!({
            "credentials": credentials,
            "notification_id": what.issuance.to_string(),
        });
        Ok(Batch {
            answer: Zeroizing::new(answer.to_string().into_bytes()),
            signed,
            key: context.key_id,
            resident,
        })
    }

    /// The credentials are counted, their holders added, and the trail says so.
    pub(super) fn record_batch(
        &self,
        tx: &mut dyn Transaction,
        invitation: &Invitation,
        batch: &Batch,
        now: UnixTime,
    ) -> Result<Recorded, InvitationError> {
        let count = u32::try_from(batch.signed.len()).unwrap_or(u32::MAX);
        if !invitations::issue(tx, invitation.id, count, batch.resident.version)? {
            return Ok(Recorded::Tried);
        }
        for (handle, signed) in &batch.signed {
            let new = NewHolder {
                handle: *handle,
                schema: invitation.schema,
                key: batch.key,
                b0: &signed.b0,
                issued: now,
                // The resident's record has it.
                reference: "",
                resident: Some(&invitation.resident.0),
            };
            holders::add(tx, &new)?;
        }
        settle(tx, invitation.resident, now)?;
        let invitation = invitation.id.to_string();
        for (handle, _) in &batch.signed {
            self.note(tx, now, WALLET, "credential.issue", handle, &invitation)?;
        }
        Ok(Recorded::Done)
    }

    /// Does something in one transaction, and undoes it where another was faster.
    pub(super) fn undoing(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<Recorded, InvitationError>,
    ) -> Result<Recorded, InvitationError> {
        let mut transaction = self.store.begin(Mode::Write)?;
        let recorded = work(&mut *transaction)?;
        if matches!(recorded, Recorded::Done) {
            transaction.commit()?;
        }
        Ok(recorded)
    }
}
