//! Codes become access tokens, each once. spec:GL-8-ONCE

use glimpse_core::ids::{SchemaId, UnixTime};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::offer::Secrets;
use super::{InvitationError, Refusal, WALLET, after, digest, draw, encode, settle};
use crate::Office;
use crate::ids::InvitationId;
use crate::records::invitations::{self, ATTEMPTS, By, Invitation, State};
use crate::records::online::{self, Token};
use crate::store::Transaction;

/// Seconds that a token lives.
const LIFE: u64 = 3600;
/// The same where a second person is to approve.
const LONG_LIFE: u64 = 30 * 86_400;

/// What a wallet brings to the token endpoint.
pub enum TokenRequest<'a> {
    /// The offer's code, with the transaction code.
    PreAuthorized {
        /// The code.
        code: &'a str,
        /// The transaction code.
        transaction_code: &'a str,
    },
    /// A code that came back from the authorization page.
    Authorized {
        /// The code.
        code: &'a str,
        /// The verifier of PKCE.
        verifier: &'a str,
        /// Whose request it was.
        client: &'a str,
        /// Where the code came back.
        redirect: &'a str,
    },
}

/// A token for a wallet.
pub struct Granted {
    /// The token.
    pub token: Zeroizing<String>,
    /// Seconds that it lives.
    pub expires_in: u64,
    /// What it is for.
    pub invitation: InvitationId,
    /// The schema of the credential.
    pub schema: SchemaId,
    /// Whether authorization details were asked for.
    pub detailed: bool,
}

/// What came of an attempt with a transaction code.
pub(super) enum Attempt {
    Right,
    Wrong,
    /// None may be made.
    No,
}

impl Office {
    /// Gives a token for a code. `schema` is the one that authorization details of this request
    /// name, where it has some.
    ///
    /// # Errors
    /// [`Refusal::Grant`], [`Refusal::Request`] for another schema than the code is for.
    pub fn grant(
        &self,
        request: &TokenRequest<'_>,
        schema: Option<SchemaId>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Granted, InvitationError> {
        match *request {
            TokenRequest::PreAuthorized {
                code,
                transaction_code,
            } => self.grant_offered(code, transaction_code, schema, now, rng),
            TokenRequest::Authorized {
                code,
                verifier,
                client,
                redirect,
            } => {
                let code = digest(code).ok_or(Refusal::Grant)?;
                let found = self.store.read(|tx| online::find_code(tx, &code, now))?;
                let (pushed, id) = found.ok_or(Refusal::Grant)?;
                let challenge: [u8; 32] = Sha256::digest(verifier).into();
                let same = bool::from(challenge.ct_eq(&pushed.challenge))
                    && pushed.client == client
                    && pushed.redirect == redirect;
                if !same {
                    return Err(Refusal::Grant.into());
                }
                let found = self.store.read(|tx| invitations::find(tx, By::Id, &id.0))?;
                let (invitation, _) = found.ok_or(Refusal::Grant)?;
                fits(&invitation, schema)?;
                let detailed = pushed.detailed || schema.is_some();
                let (token, granted) = made(&invitation, detailed, now, rng);
                self.store.write(|tx| {
                    if !online::use_code(tx, &code, now)? {
                        return Err(Refusal::Grant.into());
                    }
                    self.give(tx, &invitation, &token, now)
                })?;
                Ok(granted)
            }
        }
    }

    fn grant_offered(
        &self,
        code: &str,
        transaction_code: &str,
        schema: Option<SchemaId>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Granted, InvitationError> {
        let code = digest(code).ok_or(Refusal::Grant)?;
        let found = self
            .store
            .read(|tx| invitations::find(tx, By::Code, &code))?;
        let (invitation, sealed) = found.ok_or(Refusal::Grant)?;
        let sealed = sealed.ok_or(Refusal::Grant)?;
        fits(&invitation, schema)?;
        let secrets = Secrets::open(&self.keys, invitation.id, &sealed)?;
        let (token, granted) = made(&invitation, schema.is_some(), now, rng);
        let given = self.store.write(|tx| {
            match self.attempt(tx, &invitation, &secrets, transaction_code, false, now)? {
                Attempt::No => return Ok::<_, InvitationError>(false),
                // The attempt is committed, and counts.
                Attempt::Wrong => return Ok(false),
                Attempt::Right => {}
            }
            self.give(tx, &invitation, &token, now)?;
            Ok(true)
        })?;
        if given {
            Ok(granted)
        } else {
            Err(Refusal::Grant.into())
        }
    }

    /// Compares a transaction code, and counts the attempt before. Nothing is said to the wallet
    /// before the transaction is committed.
    pub(super) fn attempt(
        &self,
        tx: &mut dyn Transaction,
        invitation: &Invitation,
        secrets: &Secrets,
        transaction_code: &str,
        again: bool,
        now: UnixTime,
    ) -> Result<Attempt, InvitationError> {
        let id = invitation.id;
        let Some(attempts) = invitations::attempt(tx, id, again, now)? else {
            return Ok(Attempt::No);
        };
        let given = transaction_code.as_bytes();
        if bool::from(given.ct_eq(secrets.transaction_code.as_bytes())) {
            invitations::right(tx, id)?;
            return Ok(Attempt::Right);
        }
        if attempts < ATTEMPTS {
            let count = attempts.to_string();
            self.note(tx, now, WALLET, "invitation.wrong-code", id, &count)?;
        } else {
            invitations::kill(tx, id)?;
            settle(tx, invitation.resident, now)?;
            self.note(tx, now, WALLET, "invitation.die", id, "")?;
        }
        Ok(Attempt::Wrong)
    }

    /// The token is one of the invitation's, which has not ended.
    fn give(
        &self,
        tx: &mut dyn Transaction,
        invitation: &Invitation,
        token: &Token,
        now: UnixTime,
    ) -> Result<(), InvitationError> {
        if !invitations::scan(tx, invitation.id, token.expires)? {
            return Err(Refusal::Grant.into());
        }
        online::add_token(tx, token)?;
        settle(tx, invitation.resident, now)?;
        Ok(self.note(tx, now, WALLET, "invitation.scan", invitation.id, "")?)
    }

    /// The invitation whose token this is.
    pub(super) fn bearer(
        &self,
        tx: &mut dyn Transaction,
        token: &str,
        now: UnixTime,
    ) -> Result<(Token, Invitation), InvitationError> {
        let digest = digest(token).ok_or(Refusal::Token)?;
        let token = online::find_token(tx, &digest, now)?.ok_or(Refusal::Token)?;
        let found = invitations::find(tx, By::Id, &token.invitation.0)?;
        let (invitation, _) = found.ok_or(Refusal::Token)?;
        Ok((token, invitation))
    }
}

fn fits(invitation: &Invitation, schema: Option<SchemaId>) -> Result<(), Refusal> {
    if schema.is_none_or(|schema| schema == invitation.schema) {
        Ok(())
    } else {
        Err(Refusal::Request)
    }
}

/// A fresh token, as it is kept and as it is given.
fn made(
    invitation: &Invitation,
    detailed: bool,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> (Token, Granted) {
    let octets = draw(rng);
    let expires_in = if invitation.approval { LONG_LIFE } else { LIFE };
    let token = Token {
        digest: Sha256::digest(octets.as_slice()).into(),
        invitation: invitation.id,
        expires: after(now, expires_in),
        detailed,
    };
    let granted = Granted {
        token: Zeroizing::new(encode(octets.as_slice())),
        expires_in,
        invitation: invitation.id,
        schema: invitation.schema,
        detailed,
    };
    (token, granted)
}

/// The word for a state that a wallet's event leads to.
pub(super) fn state_after(event: &str) -> Option<State> {
    match event {
        "credential_accepted" => Some(State::Accepted),
        "credential_failure" | "credential_deleted" => Some(State::Failed),
        _ => None,
    }
}
