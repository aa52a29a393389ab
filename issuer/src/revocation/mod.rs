//! Revocation with a second pair of eyes: one member of staff asks, another decides.
//! spec:GL-10-REVOCATION

use glimpse_core::cbor::is_plain;
use glimpse_core::credential::RevocationCode;
use glimpse_core::ids::{Handle, SchemaId, UnixTime};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::ids::{ResidentId, RevocationId};
use crate::invitation::close_unfinished;
use crate::json::{FieldError, NOT_PLAIN};
use crate::keys::Purpose;
use crate::records::revocations::{self, Kept};
use crate::records::{holders, residents};
use crate::residents::Resident;
use crate::store::{StoreError, Transaction};
use crate::words::words;
use crate::{Office, OfficeError};

/// Most characters of a note.
pub const MAX_NOTE: usize = 500;

words! {
    /// Why a credential is revoked.
    Reason {
        /// The person moved away.
        Moved = "moved",
        /// The person died.
        Deceased = "deceased",
        /// The device is lost or stolen.
        Lost = "lost",
        /// The credential says something wrong.
        Error = "error",
        /// It was got by deceit.
        Fraud = "fraud",
        /// The person asks for it.
        Request = "request",
        /// Something else, which the note says.
        Other = "other",
    }
}

words! {
    /// How a request stands.
    RevocationState {
        /// Nobody has decided.
        Requested = "requested",
        /// The credential is revoked.
        Confirmed = "confirmed",
        /// The credential stays.
        Refused = "refused",
    }
}

/// Why a revocation is not requested, or not decided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// There is no such credential or request.
    #[error("there is no such credential or request")]
    Unknown,
    /// A request for this credential is open.
    #[error("somebody asked for this already; it waits for a decision")]
    Requested,
    /// The credential was revoked before.
    #[error("this credential is revoked already")]
    Revoked,
    /// Somebody decided before.
    #[error("somebody has decided on this already")]
    Decided,
    /// Whoever asked cannot confirm.
    #[error("somebody else must confirm this")]
    SecondPerson,
    /// A note that is not right.
    #[error("some fields are not right")]
    Invalid(FieldError),
    /// The office's keys or records.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<StoreError> for RevocationError {
    fn from(error: StoreError) -> Self {
        OfficeError::from(error).into()
    }
}

/// A request to revoke a credential.
pub struct Revocation {
    /// Its id.
    pub id: RevocationId,
    /// The credential.
    pub handle: Handle,
    /// Its schema.
    pub schema: SchemaId,
    /// Whose it is, where her record is in the office's list.
    pub resident: Option<Resident>,
    /// Why.
    pub reason: Reason,
    /// What was noted.
    pub note: Zeroizing<String>,
    /// When it was asked for.
    pub requested: UnixTime,
    /// By whom.
    pub requested_by: String,
    /// How it stands.
    pub state: RevocationState,
    /// When it was decided.
    pub decided: Option<UnixTime>,
    /// By whom.
    pub decided_by: Option<String>,
}

fn check_note(note: &str) -> Result<(), RevocationError> {
    let wrong = |code, message: String| {
        let error = FieldError::new("note", code, message);
        Err(RevocationError::Invalid(error))
    };
    if note.chars().count() > MAX_NOTE {
        return wrong(
            "too-long",
            format!("must be of at most {MAX_NOTE} characters"),
        );
    }
    if !note.lines().all(is_plain) {
        return wrong("plain", NOT_PLAIN.to_owned());
    }
    Ok(())
}

impl Office {
    /// Asks that a credential be revoked.
    ///
    /// # Errors
    /// [`RevocationError`].
    pub fn request_revocation(
        &self,
        handle: Handle,
        reason: Reason,
        note: &str,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<RevocationId, RevocationError> {
        check_note(note)?;
        let id = RevocationId::random(rng);
        let seal = || {
            self.keys
                .seal_record(Purpose::Revocation, &id.0, note.as_bytes(), rng)
        };
        let note = (!note.is_empty()).then(seal).transpose()?;
        self.store.write(|tx| {
            match holders::is_live(tx, handle)? {
                None => return Err(RevocationError::Unknown),
                Some(false) => return Err(RevocationError::Revoked),
                Some(true) => {}
            }
            if !revocations::add(tx, id, handle, reason, note.as_deref(), actor, now)? {
                return Err(RevocationError::Requested);
            }
            self.note(tx, now, actor, "revocation.request", handle, reason.word())?;
            Ok(id)
        })
    }

    /// Requests, newest first, and how many there are in all; of one state, where it is given.
    ///
    /// # Errors
    /// [`RevocationError::Office`].
    pub fn revocations(
        &self,
        state: Option<RevocationState>,
        skip: u32,
        most: u32,
    ) -> Result<(Vec<Revocation>, u64), RevocationError> {
        self.store.read(|tx| {
            let (kept, total) = revocations::list(tx, state, skip, most)?;
            let opened = kept.into_iter().map(|kept| self.open_revocation(tx, kept));
            Ok((opened.collect::<Result<_, _>>()?, total))
        })
    }

    /// One request.
    ///
    /// # Errors
    /// [`RevocationError::Unknown`].
    pub fn revocation(&self, id: RevocationId) -> Result<Revocation, RevocationError> {
        self.store.read(|tx| {
            let kept = revocations::one(tx, id)?.ok_or(RevocationError::Unknown)?;
            self.open_revocation(tx, kept)
        })
    }

    fn open_revocation(
        &self,
        tx: &mut dyn Transaction,
        kept: Kept,
    ) -> Result<Revocation, RevocationError> {
        let note = match &kept.note {
            None => Zeroizing::new(Vec::new()),
            Some(sealed) => self
                .keys
                .open_record(Purpose::Revocation, &kept.id.0, sealed)?,
        };
        let note = std::str::from_utf8(&note).map_err(|_| StoreError::Damaged)?;
        let resident = match kept.resident {
            // Her record may be deleted since.
            Some(id) => self.find_resident(tx, id)?,
            None => None,
        };
        Ok(Revocation {
            id: kept.id,
            handle: kept.handle,
            schema: kept.schema,
            resident,
            reason: kept.reason,
            note: Zeroizing::new(note.to_owned()),
            requested: kept.requested,
            requested_by: kept.requested_by,
            state: kept.state,
            decided: kept.decided,
            decided_by: kept.decided_by,
        })
    }

    /// Decides on a request. Confirming takes somebody else than who asked, and revokes: the
    /// credential is absent from the next renewal. Who asked may take it back by refusing.
    ///
    /// # Errors
    /// [`RevocationError`].
    pub fn decide_revocation(
        &self,
        id: RevocationId,
        confirm: bool,
        actor: &str,
        now: UnixTime,
    ) -> Result<(), RevocationError> {
        let (state, action) = if confirm {
            (RevocationState::Confirmed, "credential.revoke")
        } else {
            (RevocationState::Refused, "revocation.refuse")
        };
        self.store.write(|tx| {
            let decided = revocations::decide(tx, id, state, actor, now)?;
            let kept = revocations::one(tx, id)?.ok_or(RevocationError::Unknown)?;
            if !decided {
                return Err(if kept.state == RevocationState::Requested {
                    RevocationError::SecondPerson
                } else {
                    RevocationError::Decided
                });
            }
            if confirm {
                holders::revoke(tx, kept.handle, kept.reason.word(), now)?;
                settle_holder(tx, kept.resident, now)?;
            }
            Ok(self.note(tx, now, actor, action, kept.handle, kept.reason.word())?)
        })
    }

    /// The credential of a revocation code, which its holder kept for when her device is lost.
    /// spec:GL-3-REVOCATION
    ///
    /// # Errors
    /// [`OfficeError::UnknownCode`].
    pub fn credential_of(&self, code: &RevocationCode) -> Result<Handle, OfficeError> {
        let (first, last) = code.handles();
        let found = self.store.read(|tx| holders::between(tx, first, last))?;
        let mut found = found.into_iter();
        let of = |handle: &Handle| code.is_of(&self.keys.renewal_key(*handle), *handle);
        found.find(of).ok_or(OfficeError::UnknownCode)
    }

    /// Revokes at the machine itself, where its owner needs no second person: the audit trail says
    /// so.
    ///
    /// # Errors
    /// [`OfficeError::UnknownHandle`].
    pub fn revoke(&self, handle: Handle, reason: &str, now: UnixTime) -> Result<(), OfficeError> {
        const ACTOR: &str = "command";
        self.store.write(|tx| {
            if !holders::revoke(tx, handle, reason, now)? {
                return Err(OfficeError::UnknownHandle);
            }
            revocations::confirm_open(tx, handle, ACTOR, now)?;
            let resident = holders::resident(tx, handle)?;
            settle_holder(tx, resident, now)?;
            let alone = "without a second person";
            Ok(self.note(tx, now, ACTOR, "credential.revoke", handle, alone)?)
        })
    }
}

fn settle_holder(
    tx: &mut dyn Transaction,
    resident: Option<ResidentId>,
    now: UnixTime,
) -> Result<(), StoreError> {
    // Without a record in the list, or no longer, there is nothing to settle.
    let Some(id) = resident else { return Ok(()) };
    close_unfinished(tx, id)?;
    residents::settle(tx, id, now).map(drop)
}

#[cfg(test)]
mod tests;
