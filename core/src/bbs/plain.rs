//! The BBS interface over octets: `Sign`, `Verify`, `ProofGen`, `ProofVerify`. spec:BBS-3.5
//!
//! Each call derives what it needs, as the draft writes it. Code that does more than one
//! operation for a key keeps a [`KeyContext`] and calls the core operations.

use std::sync::Arc;

use rand_core::CryptoRng;

use crate::curve::{G1, PublicKey, Scalar, SecretScalar};

use super::interface::Generators;
use super::proof::{Disclosure, ProofInit, ProofOptions, ProofPart, challenge};
use super::{Error, Interface, KeyContext, Layout, signature::Signature};

/// A context for one key, header and layout.
pub(super) fn context(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    header: &[u8],
    layout: Layout,
) -> Result<KeyContext, Error> {
    let key = PublicKey::from_octets(pk)?;
    let generators = Arc::new(Generators::once(interface.clone(), layout)?);
    Ok(KeyContext::new(generators, key, header))
}

pub(super) fn scalars(interface: &Interface, messages: &[&[u8]]) -> Vec<Scalar> {
    messages
        .iter()
        .map(|m| interface.message_to_scalar(m))
        .collect()
}

/// `Sign`.
///
/// # Errors
/// [`Error::TooManyMessages`] and decoding errors.
pub fn sign(
    interface: &Interface,
    sk: &SecretScalar,
    pk: &[u8; PublicKey::LEN],
    header: &[u8],
    messages: &[&[u8]],
) -> Result<[u8; Signature::LEN], Error> {
    let layout = Layout {
        signer: messages.len(),
        committed: None,
    };
    let signature =
        context(interface, pk, header, layout)?.core_sign(sk, &scalars(interface, messages))?;
    Ok(signature.to_octets())
}

/// `Verify`.
///
/// # Errors
/// [`Error::Invalid`], and decoding errors.
pub fn verify(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    signature: &[u8],
    header: &[u8],
    messages: &[&[u8]],
) -> Result<(), Error> {
    let signature = Signature::from_octets(signature)?;
    let layout = Layout {
        signer: messages.len(),
        committed: None,
    };
    context(interface, pk, header, layout)?.core_verify(&signature, &scalars(interface, messages))
}

/// `ProofGen`.
///
/// # Errors
/// [`Error::Indexes`], and decoding errors.
#[expect(clippy::too_many_arguments, reason = "the draft's own parameter list")]
pub fn proof_gen(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    signature: &[u8],
    header: &[u8],
    ph: &[u8],
    messages: &[&[u8]],
    disclosed_indexes: &[usize],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    let signature = Signature::from_octets(signature)?;
    let layout = Layout {
        signer: messages.len(),
        committed: None,
    };
    let disclosure = Disclosure::new(layout, disclosed_indexes, &[])?;
    let context = context(interface, pk, header, layout)?;
    let messages = scalars(interface, messages);
    core_proof_gen(
        &context,
        &signature,
        &[ph],
        &messages,
        &disclosure,
        &ProofOptions::default(),
        rng,
    )
    .map(|(proof, _)| proof)
}

/// `CoreProofGen` for one credential: `proof_to_octets`, and the pseudonym where there is one.
///
/// # Errors
/// As [`ProofInit::new`].
pub fn core_proof_gen(
    context: &KeyContext,
    signature: &Signature,
    tail: &[&[u8]],
    messages: &[Scalar],
    disclosure: &Disclosure,
    options: &ProofOptions<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, Option<G1>), Error> {
    let init = ProofInit::new(context, signature, messages, disclosure, options, rng)?;
    let pseudonym = init.pseudonym();
    let c = challenge(
        context.generators().interface(),
        init.challenge_input(),
        tail,
    );
    let mut octets = init.finalize(&c, None)?.base_octets();
    octets.extend_from_slice(&c.to_octets());
    Ok((octets, pseudonym))
}

/// `ProofVerify`.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Indexes`], and decoding errors.
pub fn proof_verify(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    proof: &[u8],
    header: &[u8],
    ph: &[u8],
    disclosed_messages: &[&[u8]],
    disclosed_indexes: &[usize],
) -> Result<(), Error> {
    let layout = Layout {
        signer: total_messages(proof, disclosed_indexes.len())?,
        committed: None,
    };
    let disclosure = Disclosure::new(layout, disclosed_indexes, &[])?;
    let context = context(interface, pk, header, layout)?;
    core_proof_verify(
        &context,
        proof,
        &[ph],
        &scalars(interface, disclosed_messages),
        &disclosure,
        None,
    )
}

/// The message count that a proof's length and the number of disclosed messages imply.
pub(super) fn total_messages(proof: &[u8], disclosed: usize) -> Result<usize, Error> {
    let hidden = proof
        .len()
        .checked_sub(3 * G1::LEN + 4 * Scalar::LEN)
        .ok_or(Error::Length)?;
    if hidden % Scalar::LEN != 0 {
        return Err(Error::Length);
    }
    let total = (hidden / Scalar::LEN).saturating_add(disclosed);
    if total > super::MAX_MESSAGES + 1 {
        Err(Error::TooManyMessages)
    } else {
        Ok(total)
    }
}

/// `CoreProofVerify` for one credential's `proof_to_octets`.
///
/// # Errors
/// [`Error::Invalid`], and decoding errors.
pub fn core_proof_verify(
    context: &KeyContext,
    proof: &[u8],
    tail: &[&[u8]],
    disclosed: &[Scalar],
    disclosure: &Disclosure,
    nym: Option<(&super::proof::NymContext, &G1)>,
) -> Result<(), Error> {
    let generators = context.generators();
    let (part, c) = proof
        .split_last_chunk::<{ Scalar::LEN }>()
        .ok_or(Error::Length)?;
    let part = ProofPart::from_octets(part, generators.layout(), disclosure)?;
    let c = Scalar::from_octets(c)?;
    let inputs = part.verify_init_vartime(context, disclosure, disclosed, nym, &c)?;
    if challenge(generators.interface(), inputs, tail) != c {
        return Err(Error::Invalid);
    }
    let (abar, bbar) = part.pairing_points();
    if context.prepared().check(&abar.into(), &bbar.into()) {
        Ok(())
    } else {
        Err(Error::Invalid)
    }
}
