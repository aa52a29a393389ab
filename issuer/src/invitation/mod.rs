//! Invitations to fetch a credential online, and all that a wallet does with one: codes become
//! tokens, tokens and proofs become credentials, each once. Everything here is of the office; what
//! the endpoints make of it is in `service/openid4vci/`. spec:GL-8-ONCE

mod approval;
mod authorization;
mod credential;
mod deferred;
mod format;
mod glimpse_bbs;
mod nonce;
mod offer;
mod signing;
mod token;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ids::{InvitationId, ResidentId};
use crate::keys::Purpose;
use crate::records::invitations::{self, By, Keys, New};
use crate::records::{online, residents};
use crate::residents::{ResidentError, settle};
use crate::store::{StoreError, Transaction};
use crate::{Office, OfficeError};

pub use crate::records::invitations::{Invitation, State};
pub use approval::Approval;
pub(crate) use authorization::PUSHED_LIFE;
pub use authorization::{Authorized, Push, Waiting};
pub(crate) use credential::identifier;
pub use credential::{Answer, Asked, CredentialRequest};
pub use deferred::Told;
pub use format::{Configuration, CredentialFormat, FORMATS, MAX_PROOFS};
pub use offer::Offered;
pub use token::{Granted, TokenRequest};

/// Most credentials that one invitation yields.
pub const MAX_DEVICES: u32 = 4;
/// How long an invitation's codes may be taken, in minutes.
pub const MINUTES: std::ops::RangeInclusive<u32> = 5..=43_200;

/// Who acts in the audit trail where a wallet does.
const WALLET: &str = "wallet";

/// Why something with invitations is not done. No message holds a value, key, code or token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvitationError {
    /// The records or keys.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// There is no such invitation or resident.
    #[error("there is no such invitation")]
    Unknown,
    /// Not possible any more, or not yet.
    #[error("this is not possible in the invitation's present state")]
    State,
    /// Whoever made the invitation, or changed the record since, cannot approve it.
    #[error("somebody else than the maker of the invitation must approve it")]
    SecondPerson,
    /// The record is not the one that was looked at.
    #[error("the record has changed meanwhile; look again")]
    Changed,
    /// Devices or minutes are out of bounds.
    #[error("the number of devices or minutes is out of bounds")]
    Bounds,
    /// What a wallet asked for is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<ResidentError> for InvitationError {
    fn from(error: ResidentError) -> Self {
        match error {
            ResidentError::Office(error) => Self::Office(error),
            ResidentError::Unknown => Self::Unknown,
            _ => Self::State,
        }
    }
}

impl From<StoreError> for InvitationError {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

/// Why a wallet does not get what it asks for. The endpoints give each the word that OAuth or
/// OpenID4VCI has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A code is wrong, unknown, used or too old. It is not said which.
    #[error("the code is not good, or was used already")]
    Grant,
    /// The access token is unknown or too old.
    #[error("the access token is not good")]
    Token,
    /// The request's members do not fit together.
    #[error("the request is malformed")]
    Request,
    /// No such credential configuration.
    #[error("this office has no such credential configuration")]
    Configuration,
    /// No such credential identifier.
    #[error("the token is for no such credential")]
    Identifier,
    /// A proof is missing, malformed, of another type, or does not hold.
    #[error("a proof is missing or does not hold")]
    Proof,
    /// A nonce is forged, of another office, too old, or was used.
    #[error("the nonce is not good; fetch a new one")]
    Nonce,
    /// There is nothing to issue: taken back, refused, or all issued.
    #[error("the credential is not issued")]
    Denied,
    /// No such transaction, or it is over.
    #[error("there is no such transaction")]
    Transaction,
    /// No such notification.
    #[error("there is no such notification")]
    Notification,
}

/// What staff decides of an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How many credentials may come of it: 1 to [`MAX_DEVICES`].
    pub devices: u32,
    /// How long its codes are taken: within [`MINUTES`].
    pub minutes: u32,
    /// Whether a second person is to approve.
    pub approval: bool,
}

/// Draws a secret of 32 octets.
fn draw(rng: &mut dyn CryptoRng) -> Zeroizing<[u8; 32]> {
    let mut octets = Zeroizing::new([0; 32]);
    rng.fill_bytes(octets.as_mut_slice());
    octets
}

/// A secret as it travels.
fn encode(octets: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}

/// The digest of a secret of 32 octets that came as text; nothing where it is none.
fn digest(text: &str) -> Option<[u8; 32]> {
    let octets = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?);
    (octets.len() == 32).then(|| Sha256::digest(octets.as_slice()).into())
}

fn after(now: UnixTime, seconds: u64) -> UnixTime {
    UnixTime(now.0.saturating_add(seconds))
}

/// A credential of an invitation was revoked: the rest of it is not issued either.
pub(crate) fn close_unfinished(
    tx: &mut dyn Transaction,
    resident: ResidentId,
) -> Result<(), StoreError> {
    for id in invitations::unfinished(tx, resident)? {
        if invitations::close(tx, id)? {
            online::end_tokens(tx, id)?;
        }
    }
    Ok(())
}

impl Office {
    /// Invites a resident to fetch her credential.
    ///
    /// # Errors
    /// [`InvitationError::Unknown`], [`InvitationError::Bounds`], [`InvitationError::Office`].
    pub fn invite(
        &self,
        resident: ResidentId,
        terms: Terms,
        by: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Invitation, Offered), InvitationError> {
        if !(1..=MAX_DEVICES).contains(&terms.devices) || !MINUTES.contains(&terms.minutes) {
            return Err(InvitationError::Bounds);
        }
        let schema = self.resident(resident)?.record.schema;
        let id = InvitationId::random(rng);
        let secrets = offer::Secrets::draw(rng);
        let sealed = secrets.seal(&self.keys, id, rng)?;
        let new = New {
            id,
            resident,
            schema,
            created: now,
            created_by: by,
            expires: after(now, u64::from(terms.minutes) * 60),
            devices: terms.devices,
            approval: terms.approval,
            keys: Keys {
                code: Sha256::digest(secrets.code.as_slice()).into(),
                link: Sha256::digest(secrets.link.as_slice()).into(),
                issuer_state: Sha256::digest(secrets.issuer_state.as_slice()).into(),
                number: self
                    .keys
                    .tag(Purpose::LetterNumber, secrets.number.as_bytes()),
                secrets: &sealed,
            },
        };
        self.store.write(|tx| {
            invitations::add(tx, &new)?;
            settle(tx, resident, now)?;
            let alone = if terms.approval {
                ""
            } else {
                "without approval"
            };
            Ok::<_, InvitationError>(self.note(tx, now, by, "invitation.create", id, alone)?)
        })?;
        self.invitation(id)
            .map(|(invitation, _)| (invitation, Offered::of(&secrets, new.schema)))
    }

    /// An invitation, with what is shown to staff as long as its codes are taken.
    ///
    /// # Errors
    /// [`InvitationError::Unknown`], [`InvitationError::Office`].
    pub fn invitation(
        &self,
        id: InvitationId,
    ) -> Result<(Invitation, Option<Offered>), InvitationError> {
        let found = self.store.read(|tx| invitations::find(tx, By::Id, &id.0))?;
        let (invitation, sealed) = found.ok_or(InvitationError::Unknown)?;
        let offered = sealed.map(|sealed| {
            let secrets = offer::Secrets::open(&self.keys, id, &sealed)?;
            Ok::<_, OfficeError>(Offered::of(&secrets, invitation.schema))
        });
        let offered = offered.transpose()?;
        Ok((invitation, offered))
    }

    /// What an offer's reference stands for, as long as its codes are taken.
    ///
    /// # Errors
    /// [`InvitationError::Office`].
    pub fn offered(
        &self,
        reference: &str,
        now: UnixTime,
    ) -> Result<Option<Offered>, InvitationError> {
        let Some(link) = digest(reference) else {
            return Ok(None);
        };
        let found = self
            .store
            .read(|tx| invitations::find(tx, By::Link, &link))?;
        let Some((invitation, Some(sealed))) = found else {
            return Ok(None);
        };
        if invitation.state(now) != State::Open {
            return Ok(None);
        }
        let secrets = offer::Secrets::open(&self.keys, invitation.id, &sealed)?;
        Ok(Some(Offered::of(&secrets, invitation.schema)))
    }

    /// A resident's invitations, newest first.
    ///
    /// # Errors
    /// [`InvitationError::Office`].
    pub fn invitations(&self, resident: ResidentId) -> Result<Vec<Invitation>, InvitationError> {
        Ok(self
            .store
            .read(|tx| invitations::of_resident(tx, resident))?)
    }

    /// Takes back an invitation, or what is left of one.
    ///
    /// # Errors
    /// [`InvitationError::Unknown`], [`InvitationError::State`], [`InvitationError::Office`].
    pub fn cancel(&self, id: InvitationId, by: &str, now: UnixTime) -> Result<(), InvitationError> {
        self.end(id, "invitation.cancel", by, now)
    }

    fn end(
        &self,
        id: InvitationId,
        action: &str,
        by: &str,
        now: UnixTime,
    ) -> Result<(), InvitationError> {
        self.store.write(|tx| {
            let found = invitations::find(tx, By::Id, &id.0)?;
            let (invitation, _) = found.ok_or(InvitationError::Unknown)?;
            if !invitations::close(tx, id)? && !invitations::end(tx, id, State::Cancelled, now)? {
                return Err(InvitationError::State);
            }
            online::end_tokens(tx, id)?;
            settle(tx, invitation.resident, now)?;
            Ok(self.note(tx, now, by, action, id, "")?)
        })
    }

    /// Ends invitations whose time is over, and forgets codes, tokens, nonces and answers with
    /// them. The service does it now and then; until then their time is looked at wherever it
    /// counts.
    ///
    /// # Errors
    /// [`InvitationError::Office`].
    pub fn tidy(&self, now: UnixTime) -> Result<(), InvitationError> {
        self.store.write(|tx| {
            online::forget(tx, now)?;
            let mut lapsed = invitations::lapse(tx, now)?;
            lapsed.sort_unstable();
            lapsed.dedup();
            // Whose record is gone since needs no state.
            lapsed
                .into_iter()
                .try_for_each(|id| Ok(residents::settle(tx, id, now).map(drop)?))
        })
    }
}
