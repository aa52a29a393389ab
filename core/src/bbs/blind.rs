//! The blind BBS interface over octets. spec:BLIND-4
//!
//! Message order is the published fixtures': signer's messages, `secret_prover_blind`, committed
//! messages. (The June 2026 text appends the blind after all messages in one place and pairs it
//! with Q_2 before the J generators in another; only this order verifies the fixtures.)

use rand_core::CryptoRng;

use crate::curve::{G1, PublicKey, Scalar, SecretScalar};

use super::commitment::{CommitmentWithProof, core_commit, core_commit_verify};
use super::interface::Generators;
use super::plain::{context, scalars};
use super::proof::{Disclosure, ProofInit, ProofOptions, ProofPart, challenge};
use super::{Error, Interface, Layout, Octets, signature::Signature};

/// `Commit`: the commitment with proof, and `secret_prover_blind`.
///
/// # Errors
/// [`Error::TooManyMessages`].
pub fn commit(
    interface: &Interface,
    committed_messages: &[&[u8]],
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, SecretScalar), Error> {
    let layout = Layout {
        signer: 0,
        committed: Some(committed_messages.len()),
    };
    let generators = Generators::once(interface.clone(), layout)?;
    let messages = scalars(interface, committed_messages);
    let (commitment, blind) = core_commit(&generators, &messages, None, &[], rng)?;
    Ok((commitment.to_octets(), blind))
}

/// The number of committed messages that a commitment's length implies; 0 octets mean none.
pub(super) fn committed_messages(commitment_with_proof: &[u8]) -> Result<usize, Error> {
    if commitment_with_proof.is_empty() {
        return Ok(0);
    }
    let rest = commitment_with_proof
        .len()
        .checked_sub(G1::LEN + 64)
        .ok_or(Error::Length)?;
    if rest % Scalar::LEN == 0 {
        Ok(rest / Scalar::LEN)
    } else {
        Err(Error::Length)
    }
}

/// `deserialize_and_validate_commit`.
pub(super) fn deserialize_and_validate_commit(
    generators: &Generators,
    commitment_with_proof: &[u8],
) -> Result<G1, Error> {
    let Some(committed) = generators.layout().committed else {
        return Err(Error::Indexes);
    };
    if commitment_with_proof.is_empty() && committed == 0 {
        return Ok(G1::identity());
    }
    let commitment = CommitmentWithProof::from_octets(commitment_with_proof, committed)?;
    core_commit_verify(generators, &commitment, &[])?;
    Ok(commitment.point())
}

/// `BlindSign`; `commitment_with_proof` may be empty.
///
/// # Errors
/// [`Error::Invalid`] for a commitment whose proof fails, and decoding errors.
pub fn blind_sign(
    interface: &Interface,
    sk: &SecretScalar,
    pk: &[u8; PublicKey::LEN],
    commitment_with_proof: &[u8],
    header: &[u8],
    messages: &[&[u8]],
) -> Result<[u8; Signature::LEN], Error> {
    let committed = committed_messages(commitment_with_proof)?;
    let layout = Layout {
        signer: messages.len(),
        committed: Some(committed),
    };
    let context = context(interface, pk, header, layout)?;
    let commitment = deserialize_and_validate_commit(context.generators(), commitment_with_proof)?;
    // B_calculate
    let mut known = scalars(interface, messages);
    known.resize(layout.total(), Scalar::zero());
    let b = context.b(&known, Some(&commitment))?;
    Ok(context.finalize_blind_sign(sk, &b)?.to_octets())
}

/// The full message vector of this interface.
pub(super) fn full_messages(
    interface: &Interface,
    messages: &[&[u8]],
    committed: &[&[u8]],
    blind: Option<&SecretScalar>,
) -> Vec<Scalar> {
    let mut full = scalars(interface, messages);
    full.push(blind.map(SecretScalar::expose).unwrap_or_default());
    full.extend(scalars(interface, committed));
    full
}

/// `VerifyBlindSign`.
///
/// # Errors
/// [`Error::Invalid`], and decoding errors.
pub fn verify_blind_sign(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    signature: &[u8],
    header: &[u8],
    messages: &[&[u8]],
    committed_messages: &[&[u8]],
    secret_prover_blind: Option<&SecretScalar>,
) -> Result<(), Error> {
    let signature = Signature::from_octets(signature)?;
    let layout = Layout {
        signer: messages.len(),
        committed: Some(committed_messages.len()),
    };
    let full = full_messages(interface, messages, committed_messages, secret_prover_blind);
    context(interface, pk, header, layout)?.core_verify(&signature, &full)
}

/// What the prover does with each message of the full vector: hidden unless named.
pub struct Choice<'a> {
    /// DISCLOSE
    pub disclosed: &'a [usize],
    /// COMMIT
    pub committed: &'a [usize],
}

/// `BlindProofGen`. The result is `proof_to_octets` of the June 2026 text when a message is
/// committed, and the BBS proof alone (the published fixtures' form) when none is.
///
/// # Errors
/// [`Error::Indexes`], and decoding errors.
#[expect(clippy::too_many_arguments, reason = "the draft's own parameter list")]
pub fn blind_proof_gen(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    signature: &[u8],
    header: &[u8],
    ph: &[u8],
    messages: &[&[u8]],
    committed_messages: &[&[u8]],
    secret_prover_blind: Option<&SecretScalar>,
    choice: &Choice<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    let signature = Signature::from_octets(signature)?;
    let layout = Layout {
        signer: messages.len(),
        committed: Some(committed_messages.len()),
    };
    let disclosure = Disclosure::new(layout, choice.disclosed, choice.committed)?;
    let context = context(interface, pk, header, layout)?;
    let full = full_messages(interface, messages, committed_messages, secret_prover_blind);
    let init = ProofInit::new(
        &context,
        &signature,
        &full,
        &disclosure,
        &ProofOptions::default(),
        rng,
    )?;
    let c = challenge(interface, init.challenge_input(), &[ph]);
    Ok(proof_to_octets(&init.finalize(&c, None)?, &c, choice))
}

/// `BlindProofVerify`; `disclosed_messages` are the scalars' preimages in index order.
///
/// # Errors
/// [`Error::Invalid`], and decoding errors.
#[expect(clippy::too_many_arguments, reason = "the draft's own parameter list")]
pub fn blind_proof_verify(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    proof: &[u8],
    header: &[u8],
    ph: &[u8],
    layout: Layout,
    disclosed_messages: &[&[u8]],
    choice: &Choice<'_>,
) -> Result<(), Error> {
    let disclosure = Disclosure::new(layout, choice.disclosed, choice.committed)?;
    let context = context(interface, pk, header, layout)?;
    let (part, c) = octets_to_proof(proof, layout, &disclosure, choice)?;
    let disclosed = scalars(interface, disclosed_messages);
    let inputs = part.verify_init_vartime(&context, &disclosure, &disclosed, None, &c)?;
    let (abar, bbar) = part.pairing_points();
    if challenge(interface, inputs, &[ph]) == c
        && context.prepared().check(&abar.into(), &bbar.into())
    {
        Ok(())
    } else {
        Err(Error::Invalid)
    }
}

/// `proof_to_octets`: four runs, each behind its length or count of eight octets.
fn proof_to_octets(part: &ProofPart, c: &Scalar, choice: &Choice<'_>) -> Vec<u8> {
    let mut bbs_proof = part.base_octets();
    bbs_proof.extend_from_slice(&c.to_octets());
    if choice.committed.is_empty() {
        return bbs_proof;
    }
    let whole = part.to_octets();
    let commits = whole
        .get(bbs_proof.len() - Scalar::LEN..)
        .unwrap_or_default();
    let mut octets = (bbs_proof.len() as u64).to_be_bytes().to_vec();
    let indexes = |octets: &mut Vec<u8>, list: &[usize]| {
        octets.extend_from_slice(&(list.len() as u64).to_be_bytes());
        list.iter()
            .for_each(|i| octets.extend_from_slice(&(*i as u64).to_be_bytes()));
    };
    octets.extend_from_slice(&bbs_proof);
    indexes(&mut octets, choice.disclosed);
    octets.extend_from_slice(&(choice.committed.len() as u64).to_be_bytes());
    octets.extend_from_slice(commits);
    indexes(&mut octets, choice.committed);
    octets
}

/// `octets_to_proof`: the embedded lengths and indexes must be the ones expected.
fn octets_to_proof(
    proof: &[u8],
    layout: Layout,
    disclosure: &Disclosure,
    choice: &Choice<'_>,
) -> Result<(ProofPart, Scalar), Error> {
    let mut plain = proof.to_vec();
    if !choice.committed.is_empty() {
        let commits_len = choice.committed.len() * (G1::LEN + Scalar::LEN);
        let bbs_len = disclosure.part_len(layout) - commits_len + Scalar::LEN;
        let mut octets = Octets(proof);
        let count = |octets: &mut Octets<'_>, expected: usize| {
            let found = u64::from_be_bytes(*octets.take()?);
            if usize::try_from(found) == Ok(expected) {
                Ok(())
            } else {
                Err(Error::Indexes)
            }
        };
        let run = |octets: &mut Octets<'_>, length: usize| {
            let (head, rest) = octets.0.split_at_checked(length).ok_or(Error::Length)?;
            octets.0 = rest;
            Ok::<_, Error>(head.to_vec())
        };
        count(&mut octets, bbs_len)?;
        plain = run(&mut octets, bbs_len - Scalar::LEN)?;
        let c = run(&mut octets, Scalar::LEN)?;
        count(&mut octets, choice.disclosed.len())?;
        choice
            .disclosed
            .iter()
            .try_for_each(|i| count(&mut octets, *i))?;
        count(&mut octets, choice.committed.len())?;
        plain.extend(run(&mut octets, commits_len)?);
        count(&mut octets, choice.committed.len())?;
        choice
            .committed
            .iter()
            .try_for_each(|i| count(&mut octets, *i))?;
        octets.finish()?;
        plain.extend(c);
    }
    let (part, c) = plain
        .split_last_chunk::<{ Scalar::LEN }>()
        .ok_or(Error::Length)?;
    Ok((
        ProofPart::from_octets(part, layout, disclosure)?,
        Scalar::from_octets(c)?,
    ))
}
