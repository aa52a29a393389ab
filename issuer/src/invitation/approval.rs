//! A second person looks before a credential is issued. spec:GL-8-ONCE

use glimpse_core::ids::UnixTime;

use super::{Invitation, InvitationError, State};
use crate::Office;
use crate::ids::InvitationId;
use crate::records::invitations::{self, By};
use crate::records::online;
use crate::residents::Resident;

/// An invitation that waits for a second person.
pub struct Approval {
    /// The invitation; its maker is who asks.
    pub invitation: Invitation,
    /// Whose it is.
    pub resident: Resident,
    /// When the wallet came.
    pub requested: UnixTime,
}

impl Office {
    /// Invitations that wait for a second person, oldest first, and how many there are.
    ///
    /// # Errors
    /// [`InvitationError::Office`].
    pub fn approvals(
        &self,
        now: UnixTime,
        skip: u32,
        most: u32,
    ) -> Result<(Vec<Approval>, u64), InvitationError> {
        self.store.read(|tx| {
            let (waiting, total) = invitations::waiting(tx, now, skip, most)?;
            let mut found = Vec::with_capacity(waiting.len());
            for invitation in waiting {
                let resident = self.resident_in(tx, invitation.resident)?;
                let requested = online::waits_since(tx, invitation.id)?;
                found.push(Approval {
                    requested: requested.unwrap_or(invitation.created),
                    invitation,
                    resident,
                });
            }
            Ok((found, total))
        })
    }

    /// Approves an invitation, for the values of this version of the record.
    ///
    /// # Errors
    /// [`InvitationError::SecondPerson`] for its maker and for who changed the record since,
    /// [`InvitationError::Changed`] for another version, [`InvitationError::State`],
    /// [`InvitationError::Unknown`], [`InvitationError::Office`].
    pub fn approve(
        &self,
        id: InvitationId,
        version: u32,
        by: &str,
        now: UnixTime,
    ) -> Result<(), InvitationError> {
        self.store.write(|tx| {
            let invitation = self.to_decide(tx, id, by, now)?;
            let resident = self.resident_in(tx, invitation.resident)?;
            if resident.version != version {
                return Err(InvitationError::Changed);
            }
            // Otherwise one person alone would have decided on the values.
            if resident.changed_by == by && resident.updated >= invitation.created {
                return Err(InvitationError::SecondPerson);
            }
            if !invitations::approve(tx, id, version, by, now)? {
                return Err(InvitationError::State);
            }
            Ok(self.note(tx, now, by, "invitation.approve", id, "")?)
        })
    }

    /// Refuses an invitation: it is taken back.
    ///
    /// # Errors
    /// Those of [`Office::approve`].
    pub fn refuse(&self, id: InvitationId, by: &str, now: UnixTime) -> Result<(), InvitationError> {
        self.store.read(|tx| self.to_decide(tx, id, by, now))?;
        self.end(id, "invitation.refuse", by, now)
    }

    fn to_decide(
        &self,
        tx: &mut dyn crate::store::Transaction,
        id: InvitationId,
        by: &str,
        now: UnixTime,
    ) -> Result<Invitation, InvitationError> {
        let found = invitations::find(tx, By::Id, &id.0)?;
        let (invitation, _) = found.ok_or(InvitationError::Unknown)?;
        if invitation.state(now) != State::Waiting || invitation.approved.is_some() {
            return Err(InvitationError::State);
        }
        if invitation.created_by == by {
            return Err(InvitationError::SecondPerson);
        }
        Ok(invitation)
    }
}
