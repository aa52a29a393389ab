//! Pseudonyms over octets: commit, sign, verify, prove and verify with nym secrets. spec:NYM
//!
//! The header that is signed is `header || I2OSP(length_nym_vector, 8)`, and the signer's entropy
//! is added to the last nym secret.

use rand_core::CryptoRng;

use crate::curve::{G1, G1Affine, PublicKey, Scalar, SecretScalar};

use super::commitment::core_commit;
use super::interface::Generators;
use super::plain::{context, core_proof_gen, core_proof_verify, scalars};
use super::proof::{Disclosure, NymContext, ProofOptions};
use super::{Error, Interface, Layout, blind, signature::Signature};

fn combined_header(header: &[u8], nyms: usize) -> Vec<u8> {
    [header, &(nyms as u64).to_be_bytes()].concat()
}

/// `CommitWithNym`: committed messages, then the prover's nym scalars.
///
/// # Errors
/// [`Error::TooManyMessages`].
pub fn commit_with_nym(
    interface: &Interface,
    committed_messages: &[&[u8]],
    prover_nyms: &[SecretScalar],
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, SecretScalar), Error> {
    let committed = committed_messages.len() + prover_nyms.len();
    let generators = Generators::once(
        interface.clone(),
        Layout {
            signer: 0,
            committed: Some(committed),
        },
    )?;
    let mut messages = scalars(interface, committed_messages);
    messages.extend(prover_nyms.iter().map(SecretScalar::expose));
    let (commitment, secret) = core_commit(&generators, &messages, None, &[], rng)?;
    Ok((commitment.to_octets(), secret))
}

/// `BlindSignWithNym`.
///
/// # Errors
/// [`Error::Invalid`] for a commitment whose proof fails, and decoding errors.
#[expect(clippy::too_many_arguments, reason = "the draft's own parameter list")]
pub fn blind_sign_with_nym(
    interface: &Interface,
    sk: &SecretScalar,
    pk: &[u8; PublicKey::LEN],
    commitment_with_proof: &[u8],
    length_nym_vector: usize,
    header: &[u8],
    signer_nym_entropy: &Scalar,
    messages: &[&[u8]],
) -> Result<[u8; Signature::LEN], Error> {
    let committed = blind::committed_messages(commitment_with_proof)?;
    if length_nym_vector == 0 || length_nym_vector > committed {
        return Err(Error::Indexes);
    }
    let layout = Layout {
        signer: messages.len(),
        committed: Some(committed),
    };
    let context = context(
        interface,
        pk,
        &combined_header(header, length_nym_vector),
        layout,
    )?;
    let commitment =
        blind::deserialize_and_validate_commit(context.generators(), commitment_with_proof)?;
    let mut known = scalars(interface, messages);
    known.resize(layout.total() - 1, Scalar::zero());
    known.push(*signer_nym_entropy);
    let b = context.b(&known, Some(&commitment))?;
    Ok(context.finalize_blind_sign(sk, &b)?.to_octets())
}

/// The prover's side of what a signature covers.
pub struct Holdings<'a> {
    /// The signer's messages.
    pub messages: &'a [&'a [u8]],
    /// The committed messages.
    pub committed_messages: &'a [&'a [u8]],
    /// `secret_prover_blind`
    pub secret_prover_blind: &'a SecretScalar,
    /// The nym secrets; the last includes the signer's entropy.
    pub nym_secrets: &'a [SecretScalar],
}

impl Holdings<'_> {
    fn layout(&self) -> Layout {
        let committed = self.committed_messages.len() + self.nym_secrets.len();
        Layout {
            signer: self.messages.len(),
            committed: Some(committed),
        }
    }

    fn full(&self, interface: &Interface) -> Vec<Scalar> {
        let blind = Some(self.secret_prover_blind);
        let mut full =
            blind::full_messages(interface, self.messages, self.committed_messages, blind);
        full.extend(self.nym_secrets.iter().map(SecretScalar::expose));
        full
    }
}

/// Message indexes of the nym secrets: the last of the layout.
fn nym_indexes(layout: Layout, nyms: usize) -> Vec<usize> {
    (layout.total() - nyms..layout.total()).collect()
}

/// The verification half of `VerifyFinalizeWithNym`.
///
/// # Errors
/// [`Error::Invalid`], and decoding errors.
pub fn verify_with_nym(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    signature: &[u8],
    header: &[u8],
    holdings: &Holdings<'_>,
) -> Result<(), Error> {
    let header = combined_header(header, holdings.nym_secrets.len());
    context(interface, pk, &header, holdings.layout())?.core_verify(
        &Signature::from_octets(signature)?,
        &holdings.full(interface),
    )
}

/// `ProofGenWithNym`: the proof, and the pseudonym's 48 octets.
///
/// # Errors
/// [`Error::Indexes`], and decoding errors.
#[expect(clippy::too_many_arguments, reason = "the draft's own parameter list")]
pub fn proof_gen_with_nym(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    signature: &[u8],
    header: &[u8],
    ph: &[u8],
    context_id: &[u8],
    holdings: &Holdings<'_>,
    disclosed: &[usize],
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, [u8; G1::LEN]), Error> {
    let layout = holdings.layout();
    let nyms = holdings.nym_secrets.len();
    let context = context(interface, pk, &combined_header(header, nyms), layout)?;
    let disclosure = Disclosure::new(layout, disclosed, &[])?;
    let nym = NymContext::new(interface, context_id, nym_indexes(layout, nyms));
    let options = ProofOptions {
        nym: Some(&nym),
        ..ProofOptions::default()
    };
    let signature = Signature::from_octets(signature)?;
    let full = holdings.full(interface);
    let (proof, pseudonym) = core_proof_gen(
        &context,
        &signature,
        &[ph, context_id],
        &full,
        &disclosure,
        &options,
        rng,
    )?;
    Ok((proof, pseudonym.ok_or(Error::Invalid)?.to_octets()))
}

/// `ProofVerifyWithNym`.
///
/// # Errors
/// [`Error::Invalid`], and decoding errors.
#[expect(clippy::too_many_arguments, reason = "the draft's own parameter list")]
pub fn proof_verify_with_nym(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    proof: &[u8],
    header: &[u8],
    ph: &[u8],
    pseudonym: &[u8; G1::LEN],
    context_id: &[u8],
    length_nym_vector: usize,
    signer_messages: usize,
    disclosed_messages: &[&[u8]],
    disclosed: &[usize],
) -> Result<(), Error> {
    let total = super::plain::total_messages(proof, disclosed.len())?;
    let committed = total
        .checked_sub(signer_messages)
        .and_then(|rest| rest.checked_sub(1))
        .ok_or(Error::Length)?;
    if length_nym_vector == 0 || length_nym_vector > committed {
        return Err(Error::Indexes);
    }
    let layout = Layout {
        signer: signer_messages,
        committed: Some(committed),
    };
    // A nym secret that is disclosed has no response to check the pseudonym with.
    if disclosed
        .last()
        .is_some_and(|last| *last >= total - length_nym_vector)
    {
        return Err(Error::Indexes);
    }
    let context = context(
        interface,
        pk,
        &combined_header(header, length_nym_vector),
        layout,
    )?;
    let disclosure = Disclosure::new(layout, disclosed, &[])?;
    let nym = NymContext::new(
        interface,
        context_id,
        nym_indexes(layout, length_nym_vector),
    );
    let pseudonym = G1::from(G1Affine::from_octets(pseudonym)?);
    let disclosed = scalars(interface, disclosed_messages);
    core_proof_verify(
        &context,
        proof,
        &[ph, context_id],
        &disclosed,
        &disclosure,
        Some((&nym, &pseudonym)),
    )
}
