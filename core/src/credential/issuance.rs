//! Blind issuance: `Offer → IssuanceRequest → IssuanceResponse → Credential`. spec:GL-3-ISSUANCE
//!
//! The holder commits to the device's scalar, which only the device knows, and to a nym secret. The
//! commitment's proof is bound to the offer's octets, or to the nonce and audience of an online
//! issuance. The issuer adds its own entropy to the nym
//! secret and keeps B0, which is B without the epoch's term: all that renewal needs.

use ed25519_dalek::{SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::bbs::commitment::{CommitmentWithProof, core_commit, core_commit_verify};
use crate::bbs::device::DeviceSigner;
use crate::bbs::signature::Signature;
use crate::cbor::{CborError, Reader, Writer};
use crate::curve::{G1, Scalar, SecretScalar};
use crate::ids::{EpochDay, Handle, IssuerId, KeyId, SchemaId, UnixTime};
use crate::signed::{self, Kind};

use super::{COMMITTED, Credential, CredentialContext, CredentialError, Schema, Value};

/// Octets of a commitment with its proof.
pub const COMMITMENT_LEN: usize = G1::LEN + Scalar::LEN * (COMMITTED + 2);

const NONCE_BINDING: &str = "glimpse/openid4vci-proof/1";
/// Longest audience and nonce, in octets.
const MAX_BINDING_TEXT: usize = 512;

/// What a commitment is made for, so that it answers nothing else. spec:GL-3-COMMITMENT
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding(Vec<u8>);

impl Binding {
    /// A signed offer.
    pub fn offer(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }

    /// A nonce of an online issuer, for one credential of this context. spec:GL-8-PROOF
    pub fn nonce(context: &CredentialContext, audience: &str, nonce: &str) -> Self {
        let mut w = Writer::new();
        w.array(6).text(NONCE_BINDING).text(audience).text(nonce);
        w.bytes(&context.issuer.0)
            .bytes(&context.schema_id.0)
            .bytes(&context.key_id.0);
        Self(w.into_vec())
    }
}

/// An invitation to one holder to have a credential issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The issuer.
    pub issuer: IssuerId,
    /// The schema.
    pub schema: SchemaId,
    /// The key that will sign.
    pub key: KeyId,
    /// The one-time code.
    pub code: [u8; 16],
    /// When it ends.
    pub expires: UnixTime,
}

impl Offer {
    /// The signed document.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(6)
            .uint(1)
            .uint(1)
            .uint(2)
            .bytes(&self.issuer.0)
            .uint(3)
            .bytes(&self.schema.0);
        w.uint(4)
            .bytes(&self.key.0)
            .uint(5)
            .bytes(&self.code)
            .uint(6)
            .uint(self.expires.0);
        signed::sign(Kind::Offer, &w.into_vec(), key)
    }

    /// Reads an offer's payload; [`Offer::verify`] comes before anything is believed.
    fn from_payload(payload: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(payload);
        r.versioned_map(6)?;
        let offer = Self {
            issuer: IssuerId(r.key(2)?.array_of()?),
            schema: SchemaId(r.key(3)?.array_of()?),
            key: KeyId(r.key(4)?.array_of()?),
            code: r.key(5)?.array_of()?,
            expires: UnixTime(r.key(6)?.uint()?),
        };
        r.finish()?;
        Ok(offer)
    }

    /// Which issuer an offer says it is from, to look its key up.
    ///
    /// # Errors
    /// [`CredentialError::Encoding`], [`CredentialError::Signed`].
    pub fn claimed_issuer(octets: &[u8]) -> Result<IssuerId, CredentialError> {
        Ok(Self::from_payload(signed::read(octets)?.payload)?.issuer)
    }

    /// Reads an offer and checks signature and time.
    ///
    /// # Errors
    /// [`CredentialError::Expired`] and those of reading.
    pub fn verify(
        octets: &[u8],
        key: &VerifyingKey,
        now: UnixTime,
    ) -> Result<Self, CredentialError> {
        let offer = Self::from_payload(signed::read(octets)?.verify(Kind::Offer, key)?)?;
        if now > offer.expires {
            Err(CredentialError::Expired)
        } else {
            Ok(offer)
        }
    }

    fn check(&self, context: &CredentialContext) -> Result<(), CredentialError> {
        let fits = self.issuer == context.issuer
            && self.schema == context.schema_id
            && self.key == context.key_id;
        if fits {
            Ok(())
        } else {
            Err(CredentialError::Mismatch)
        }
    }
}

/// The holder's answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuanceRequest {
    /// The offer's code.
    pub code: [u8; 16],
    /// `commitment_with_proof` over device and nym, bound to the offer's octets.
    pub commitment: [u8; COMMITMENT_LEN],
}

impl IssuanceRequest {
    /// The document's octets.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(3).uint(1).bytes(&self.code).bytes(&self.commitment);
        w.into_vec()
    }

    /// Reads the document.
    ///
    /// # Errors
    /// [`CredentialError::Encoding`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CredentialError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(3)?;
        let request = Self {
            code: r.array_of()?,
            commitment: r.array_of()?,
        };
        r.finish()?;
        Ok(request)
    }
}

/// The holder's proof in an online issuance: a commitment bound to the nonce. spec:GL-8-PROOF
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonceProof {
    /// The nonce it is bound to.
    pub nonce: String,
    /// `commitment_with_proof` over device and nym.
    pub commitment: [u8; COMMITMENT_LEN],
}

impl NonceProof {
    /// The document's octets.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(3).uint(1).text(&self.nonce).bytes(&self.commitment);
        w.into_vec()
    }

    /// Reads the document.
    ///
    /// # Errors
    /// [`CredentialError::Encoding`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CredentialError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(3)?;
        let proof = Self {
            nonce: r.text(MAX_BINDING_TEXT)?.to_owned(),
            commitment: r.array_of()?,
        };
        r.finish()?;
        Ok(proof)
    }
}

/// The issuer's answer: the signature and what it covers. It goes to the holder alone.
pub struct IssuanceResponse {
    /// The epoch signed.
    pub epoch: EpochDay,
    /// The values signed, in schema order.
    pub values: Vec<Value>,
    /// The blind signature.
    pub signature: [u8; Signature::LEN],
    /// The issuer's share of the nym secret.
    pub nym_entropy: [u8; 32],
    /// The handle under which renewals are published.
    pub handle: Handle,
    /// The key that opens the renewals.
    pub renewal_key: Zeroizing<[u8; 32]>,
}

impl IssuanceResponse {
    /// The document's octets.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.array(7)
            .uint(1)
            .uint(self.epoch.0.into())
            .array(self.values.len());
        self.values.iter().for_each(|v| v.write(&mut w));
        w.bytes(&self.signature)
            .bytes(&self.nym_entropy)
            .bytes(&self.handle.0);
        w.bytes(self.renewal_key.as_slice());
        Zeroizing::new(w.into_vec())
    }

    /// Reads the document for a schema.
    ///
    /// # Errors
    /// [`CredentialError::Encoding`].
    pub fn from_octets(octets: &[u8], schema: &Schema) -> Result<Self, CredentialError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(7)?;
        let epoch = EpochDay(r.uint_up_to(u32::MAX)?);
        r.tuple(schema.attributes.len())?;
        let values = schema
            .attributes
            .iter()
            .map(|a| Value::read(&mut r, &a.kind))
            .collect::<Result<_, _>>()?;
        let (signature, nym_entropy) = (r.array_of()?, r.array_of()?);
        let (handle, renewal_key) = (Handle(r.array_of()?), Zeroizing::new(r.array_of()?));
        r.finish()?;
        Ok(Self {
            epoch,
            values,
            signature,
            nym_entropy,
            handle,
            renewal_key,
        })
    }
}

/// What the issuer has after signing: the response to send, and B0 to keep.
pub struct Issued {
    /// For the holder.
    pub response: IssuanceResponse,
    /// B without the epoch's term, compressed.
    pub b0: [u8; G1::LEN],
}

/// What the office decides of a credential that it is about to sign.
pub struct Decided {
    /// The values, in schema order.
    pub values: Vec<Value>,
    /// The period signed.
    pub epoch: EpochDay,
    /// The handle, random.
    pub handle: Handle,
    /// The key that opens the renewals.
    pub renewal_key: Zeroizing<[u8; 32]>,
}

/// Signs for the holder who answered an offer.
///
/// # Errors
/// [`CredentialError::Mismatch`] for another offer, and those of [`issue_bound`].
pub fn issue(
    context: &CredentialContext,
    sk: &SecretScalar,
    offer: &Offer,
    offer_octets: &[u8],
    request: &IssuanceRequest,
    decided: Decided,
    rng: &mut dyn CryptoRng,
) -> Result<Issued, CredentialError> {
    offer.check(context)?;
    if request.code != offer.code {
        return Err(CredentialError::Mismatch);
    }
    let binding = Binding::offer(offer_octets);
    issue_bound(context, sk, &binding, &request.commitment, decided, rng)
}

/// Checks the proof of a commitment that is bound to this: what [`issue_bound`] does first.
///
/// # Errors
/// [`CredentialError::Bbs`] when it fails.
pub fn check_commitment(
    context: &CredentialContext,
    binding: &Binding,
    commitment: &[u8; COMMITMENT_LEN],
) -> Result<(), CredentialError> {
    proven(context, binding, commitment).map(drop)
}

fn proven(
    context: &CredentialContext,
    binding: &Binding,
    commitment: &[u8; COMMITMENT_LEN],
) -> Result<CommitmentWithProof, CredentialError> {
    let commitment = CommitmentWithProof::from_octets(commitment, COMMITTED)?;
    core_commit_verify(context.key.generators(), &commitment, &binding.0)?;
    Ok(commitment)
}

/// Signs for the holder whose commitment is bound to this.
///
/// # Errors
/// [`CredentialError::Bbs`] when the commitment's proof fails, [`CredentialError::Schema`] for
/// values that do not fit.
pub fn issue_bound(
    context: &CredentialContext,
    sk: &SecretScalar,
    binding: &Binding,
    commitment: &[u8; COMMITMENT_LEN],
    decided: Decided,
    rng: &mut dyn CryptoRng,
) -> Result<Issued, CredentialError> {
    let Decided {
        values,
        epoch,
        handle,
        renewal_key,
    } = decided;
    context.schema.check_values(&values)?;
    let commitment = proven(context, binding, commitment)?;
    let entropy = Scalar::random(rng);
    let mut messages = context.messages(EpochDay(0), &values, Scalar::zero(), entropy);
    let b0 = context.key.b(&messages, Some(&commitment.point()))?;
    messages.zeroize();
    let signature = super::renew(context, sk, &b0.to_octets(), epoch)?;
    Ok(Issued {
        response: IssuanceResponse {
            epoch,
            values,
            signature,
            nym_entropy: entropy.to_octets(),
            handle,
            renewal_key,
        },
        b0: b0.to_octets(),
    })
}

/// An issuance that the holder has begun. Its secrets are wiped on drop.
pub struct PendingIssuance {
    binding: Binding,
    blind: SecretScalar,
    nym: SecretScalar,
}

impl PendingIssuance {
    /// Answers an offer: commits to the device and a fresh nym secret.
    ///
    /// # Errors
    /// [`CredentialError::Mismatch`] for another offer, [`CredentialError::Bbs`] from the device.
    pub fn begin(
        context: &CredentialContext,
        offer: &Offer,
        offer_octets: &[u8],
        device: &dyn DeviceSigner,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, IssuanceRequest), CredentialError> {
        offer.check(context)?;
        let binding = Binding::offer(offer_octets);
        let (pending, commitment) = Self::begin_bound(context, binding, device, rng)?;
        let request = IssuanceRequest {
            code: offer.code,
            commitment,
        };
        Ok((pending, request))
    }

    /// Commits to the device and a fresh nym secret, for this only.
    ///
    /// # Errors
    /// [`CredentialError::Bbs`] from the device.
    pub fn begin_bound(
        context: &CredentialContext,
        binding: Binding,
        device: &dyn DeviceSigner,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, [u8; COMMITMENT_LEN]), CredentialError> {
        let nym = SecretScalar::random(rng);
        let generators = context.key.generators();
        let (commitment, blind) =
            core_commit(generators, &[nym.expose()], Some(device), &binding.0, rng)?;
        let commitment = commitment
            .to_octets()
            .try_into()
            .map_err(|_| CredentialError::Mismatch)?;
        Ok((
            Self {
                binding,
                blind,
                nym,
            },
            commitment,
        ))
    }

    /// The record to keep until the answer comes; secret.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.array(4).uint(1).bytes(&self.binding.0);
        w.bytes(&self.blind.expose().to_octets())
            .bytes(&self.nym.expose().to_octets());
        Zeroizing::new(w.into_vec())
    }

    /// Reads the record.
    ///
    /// # Errors
    /// [`CredentialError::Encoding`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CredentialError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(4)?;
        let binding = Binding(r.bytes(signed::MAX_SIGNED)?.to_vec());
        let mut secret = || {
            let octets = Zeroizing::new(r.array_of()?);
            SecretScalar::from_octets(&octets).map_err(|e| CredentialError::Bbs(e.into()))
        };
        let (blind, nym) = (secret()?, secret()?);
        r.finish()?;
        Ok(Self {
            binding,
            blind,
            nym,
        })
    }

    /// What this was begun for: the signed offer, where it was one.
    pub fn binding(&self) -> &[u8] {
        &self.binding.0
    }

    /// Checks the issuer's answer and makes the credential.
    ///
    /// # Errors
    /// [`CredentialError::Bbs`] when the signature does not hold under the published key and header,
    /// [`CredentialError::Epoch`] for an epoch that is not recent.
    pub fn finish(
        self,
        context: &CredentialContext,
        response: IssuanceResponse,
        device: &dyn DeviceSigner,
        now: UnixTime,
    ) -> Result<Credential, CredentialError> {
        if !context.schema.is_recent(response.epoch, now) {
            return Err(CredentialError::Epoch);
        }
        context.schema.check_values(&response.values)?;
        let entropy =
            Scalar::from_octets(&response.nym_entropy).map_err(crate::bbs::Error::from)?;
        let credential = Credential {
            schema: context.schema.to_octets(),
            issuer: context.issuer,
            key: context.key.key().to_octets(),
            epoch: response.epoch,
            values: response.values,
            signature: response.signature,
            nym: SecretScalar::new(self.nym.expose() + entropy),
            blind: self.blind,
            handle: response.handle,
            renewal_key: response.renewal_key,
            device: device
                .public_point()
                .to_affine()
                .map_err(crate::bbs::Error::from)?
                .to_octets(),
        };
        credential.verify(context)?;
        Ok(credential)
    }
}
