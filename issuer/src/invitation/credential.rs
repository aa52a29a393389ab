//! Credential requests: checked, signed outside any transaction, and recorded with their answers in
//! one. The same request gets the same answer. spec:GL-8-ONCE

use std::collections::BTreeSet;

use glimpse_core::cbor::Writer;
use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::format::{Audience, Configuration, MAX_PROOFS};
use super::nonce::Nonce;
use super::signing::{Recorded, ToSign};
use super::{Invitation, InvitationError, Refusal, WALLET, encode, settle};
use crate::Office;
use crate::ids::{InvitationId, IssuanceId};
use crate::keys::Purpose;
use crate::records::invitations::{self, By};
use crate::records::online::{self, Issuance, IssuanceBy, Token};
use crate::store::Transaction;

/// Seconds after which a wallet may ask again whether a second person has approved.
const INTERVAL: u64 = 15;
/// How often a request is tried that others are faster than.
const TRIES: usize = 3;

/// What a wallet asks a credential by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The credential configuration's id.
    Configuration(String),
    /// The identifier that the token came with.
    Identifier(String),
}

/// A credential request, read.
pub struct CredentialRequest {
    /// Which credential.
    pub asked: Asked,
    /// The proofs by their type, as the request has them.
    pub proofs: Vec<(String, Value)>,
}

/// What a wallet gets: the answer's JSON.
pub enum Answer {
    /// The credentials.
    Issued(Zeroizing<Vec<u8>>),
    /// A transaction, to be asked for later.
    Later(Vec<u8>),
}

/// A request that may be signed for.
struct Job<'a> {
    token: Token,
    configuration: Configuration,
    proofs: &'a [Value],
    nonces: BTreeSet<Nonce>,
    /// The request's name.
    name: [u8; 32],
}

impl Office {
    /// Answers a credential request. `issuer` is the credential issuer's identifier.
    ///
    /// # Errors
    /// A [`Refusal`], or [`InvitationError::Office`].
    pub fn answer(
        &self,
        token: &str,
        request: &CredentialRequest,
        issuer: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Answer, InvitationError> {
        let (token, invitation) = self.store.read(|tx| self.bearer(tx, token, now))?;
        let configuration = configuration(&token, &invitation, &request.asked)?;
        let proofs = proofs_of(configuration, &request.proofs)?;
        let name = name(&token, configuration, proofs)?;
        if let Some(known) = self.find(IssuanceBy::Request(&name))? {
            return self.known(&known);
        }
        let nonce = |proof: &Value| {
            let nonce = configuration.format.nonce(proof)?;
            Nonce::read(&self.keys, &nonce, now)
        };
        let job = Job {
            token,
            configuration,
            nonces: proofs.iter().map(nonce).collect::<Result<_, _>>()?,
            proofs,
            name,
        };
        match self.answer_new(&job, issuer, now, rng) {
            // Refused, perhaps because the same request was answered just now.
            Err(InvitationError::Refused(refusal)) => {
                match self.find(IssuanceBy::Request(&job.name))? {
                    Some(known) => self.known(&known),
                    None => Err(refusal.into()),
                }
            }
            answered => answered,
        }
    }

    fn answer_new(
        &self,
        job: &Job<'_>,
        issuer: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Answer, InvitationError> {
        self.store.read(|tx| {
            for nonce in &job.nonces {
                if online::nonce_is_used(tx, &nonce.random)? {
                    return Err(InvitationError::from(Refusal::Nonce));
                }
            }
            Ok(())
        })?;
        for _ in 0..TRIES {
            if let Some(answer) = self.attempt_answer(job, issuer, now, rng)? {
                return Ok(answer);
            }
        }
        Err(Refusal::Denied.into())
    }

    /// Nothing where another request was faster, which may have been the same one.
    fn attempt_answer(
        &self,
        job: &Job<'_>,
        issuer: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Answer>, InvitationError> {
        let id = job.token.invitation;
        let found = self.store.read(|tx| invitations::find(tx, By::Id, &id.0))?;
        let (invitation, _) = found.ok_or(Refusal::Denied)?;
        if !invitation.yields() || invitation.left() == 0 {
            return Err(Refusal::Denied.into());
        }
        let resident = self.resident(invitation.resident)?;
        let context = self.context(invitation.schema)?;
        let audience = Audience {
            context: &context,
            issuer,
        };
        if invitation.approval && invitation.approved != Some(resident.version) {
            return self.put_off(job, audience, &invitation, now, rng);
        }
        let issuance = IssuanceId::random(rng);
        let what = ToSign {
            configuration: job.configuration,
            proofs: job.proofs,
            left: invitation.left(),
            audience,
            issuance,
            now,
        };
        let batch = self.sign(&what, resident, rng)?;
        let sealed = self
            .keys
            .seal_record(Purpose::Answer, &issuance.0, &batch.answer, rng)?;
        let new = Issuance {
            id: issuance,
            request: job.name,
            token: job.token.digest,
            invitation: id,
            expires: job.token.expires,
            proofs: None,
            answer: Some(sealed),
            event: None,
        };
        let recorded = self.undoing(|tx| {
            if !online::add_issuance(tx, &new, now)? {
                return Ok(Recorded::Tried);
            }
            use_nonces(tx, &job.nonces)?;
            self.record_batch(tx, &invitation, &batch, now)
        })?;
        Ok(match recorded {
            Recorded::Done => Some(Answer::Issued(batch.answer)),
            Recorded::Tried => None,
        })
    }

    /// A second person is to approve first: the proofs are checked now, and rest.
    fn put_off(
        &self,
        job: &Job<'_>,
        audience: Audience<'_>,
        invitation: &Invitation,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Answer>, InvitationError> {
        let format = job.configuration.format;
        for proof in job.proofs {
            format.verify(audience, proof)?;
        }
        let id = IssuanceId::random(rng);
        let resting = json!({
            "configuration": format.configuration_id(job.configuration.schema),
            "key": audience.context.key_id.to_string(),
            "proofs": job.proofs,
        });
        let resting = Zeroizing::new(resting.to_string());
        let sealed = self
            .keys
            .seal_record(Purpose::Proofs, &id.0, resting.as_bytes(), rng)?;
        let new = Issuance {
            id,
            request: job.name,
            token: job.token.digest,
            invitation: invitation.id,
            expires: job.token.expires,
            proofs: Some(sealed),
            answer: None,
            event: None,
        };
        let recorded = self.undoing(|tx| {
            if !online::add_issuance(tx, &new, now)? {
                return Ok(Recorded::Tried);
            }
            use_nonces(tx, &job.nonces)?;
            if !invitations::wait(tx, invitation.id)? {
                return Err(Refusal::Denied.into());
            }
            settle(tx, invitation.resident, now)?;
            self.note(tx, now, WALLET, "invitation.wait", invitation.id, "")?;
            Ok(Recorded::Done)
        })?;
        Ok(match recorded {
            Recorded::Done => Some(later(id)),
            Recorded::Tried => None,
        })
    }

    pub(super) fn find(&self, by: IssuanceBy<'_>) -> Result<Option<Issuance>, InvitationError> {
        Ok(self.store.read(|tx| online::find_issuance(tx, by))?)
    }

    /// The answer that is recorded.
    pub(super) fn known(&self, known: &Issuance) -> Result<Answer, InvitationError> {
        Ok(match &known.answer {
            Some(answer) => Answer::Issued(self.keys.open_record(
                Purpose::Answer,
                &known.id.0,
                answer,
            )?),
            None => later(known.id),
        })
    }
}

fn use_nonces(tx: &mut dyn Transaction, nonces: &BTreeSet<Nonce>) -> Result<(), InvitationError> {
    // In their order: two that use the same ones wait for each other, and no two cross.
    for nonce in nonces {
        if !online::use_nonce(tx, &nonce.random, nonce.expires)? {
            return Err(Refusal::Nonce.into());
        }
    }
    Ok(())
}

pub(super) fn later(id: IssuanceId) -> Answer {
    let answer = json!({ "transaction_id": id.to_string(), "interval": INTERVAL });
    Answer::Later(answer.to_string().into_bytes())
}

/// The identifier of an invitation's credential, for wallets that ask by authorization details.
pub(crate) fn identifier(invitation: InvitationId) -> String {
    encode(&Sha256::digest(invitation.0))
}

/// Which configuration is asked for, if the token is for it.
fn configuration(
    token: &Token,
    invitation: &Invitation,
    asked: &Asked,
) -> Result<Configuration, Refusal> {
    match asked {
        Asked::Configuration(_) if token.detailed => Err(Refusal::Request),
        Asked::Configuration(id) => {
            let read = Configuration::read(id);
            let read = read.filter(|read| read.schema == invitation.schema);
            read.ok_or(Refusal::Configuration)
        }
        Asked::Identifier(id) => {
            let known = token.detailed && *id == identifier(token.invitation);
            let [first, ..] = super::FORMATS;
            known
                .then_some(Configuration {
                    format: first,
                    schema: invitation.schema,
                })
                .ok_or(Refusal::Identifier)
        }
    }
}

/// The proofs, if they are of the configuration's type and not too many.
fn proofs_of(
    configuration: Configuration,
    proofs: &[(String, Value)],
) -> Result<&[Value], Refusal> {
    let [(kind, proofs)] = proofs else {
        return Err(Refusal::Proof);
    };
    let proofs = proofs.as_array().ok_or(Refusal::Proof)?;
    let fits =
        kind == configuration.format.proof_type() && (1..=MAX_PROOFS).contains(&proofs.len());
    if fits {
        Ok(proofs)
    } else {
        Err(Refusal::Proof)
    }
}

/// What a request is known by. One proof twice would be two credentials for one commitment.
fn name(
    token: &Token,
    configuration: Configuration,
    proofs: &[Value],
) -> Result<[u8; 32], Refusal> {
    let mut w = Writer::new();
    let id = configuration.format.configuration_id(configuration.schema);
    w.array(2 + proofs.len()).bytes(&token.digest).text(&id);
    let mut seen = BTreeSet::new();
    for proof in proofs {
        let proof = proof.to_string();
        w.text(&proof);
        if !seen.insert(proof) {
            return Err(Refusal::Proof);
        }
    }
    Ok(Sha256::digest(w.into_vec()).into())
}
