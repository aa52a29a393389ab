//! Commitments for blind issuance: `CoreCommit` and `CoreCommitVerify`. spec:BLIND-CoreCommit
//!
//! Besides the draft's procedure, a commitment may be bound to a context (an offer, a nonce): the
//! context's length and octets end the challenge's input, and an empty one adds nothing, which
//! leaves the draft's own challenge. spec:GL-3-COMMITMENT

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::curve::{G1, G1Affine, Scalar, SecretScalar, msm_vartime};

use super::{Error, Octets, device::DeviceSigner, interface::Generators};

/// A commitment with its proof of knowledge.
pub struct CommitmentWithProof {
    pub(super) point: G1Affine,
    s_hat: Scalar,
    m_hats: Vec<Scalar>,
    challenge: Scalar,
}

impl CommitmentWithProof {
    /// `commitment_with_proof_to_octets`.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut octets = self.point.to_octets().to_vec();
        octets.extend_from_slice(&self.s_hat.to_octets());
        self.m_hats
            .iter()
            .for_each(|m| octets.extend_from_slice(&m.to_octets()));
        octets.extend_from_slice(&self.challenge.to_octets());
        octets
    }

    /// `octets_to_commitment_with_proof`, for `committed` messages.
    ///
    /// # Errors
    /// [`Error::Length`] or [`Error::Decode`].
    pub fn from_octets(octets: &[u8], committed: usize) -> Result<Self, Error> {
        let mut octets = Octets(octets);
        if Some(octets.0.len()) != committed.checked_mul(32).map(|n| n + G1::LEN + 64) {
            return Err(Error::Length);
        }
        let point = G1Affine::from_octets(octets.take()?)?;
        let s_hat = Scalar::from_octets(octets.take()?)?;
        let m_hats = (0..committed)
            .map(|_| Ok(Scalar::from_octets(octets.take()?)?))
            .collect::<Result<_, Error>>()?;
        let challenge = Scalar::from_octets(octets.take()?)?;
        octets.finish()?;
        Ok(Self {
            point,
            s_hat,
            m_hats,
            challenge,
        })
    }

    /// The committed point.
    pub fn point(&self) -> G1 {
        self.point.into()
    }
}

/// `CoreCommit`: commits to the messages, of which a device may hold the first.
/// Returns the commitment with its proof, and `secret_prover_blind`.
///
/// # Errors
/// [`Error::Indexes`] when the count does not fit the layout, [`Error::Device`].
pub fn core_commit(
    generators: &Generators,
    messages: &[Scalar],
    device: Option<&dyn DeviceSigner>,
    context: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<(CommitmentWithProof, SecretScalar), Error> {
    let held_elsewhere = usize::from(device.is_some());
    if generators.layout().committed != Some(messages.len() + held_elsewhere) {
        return Err(Error::Indexes);
    }
    let blind = SecretScalar::random(rng);
    let masks = Zeroizing::new(
        (0..=messages.len())
            .map(|_| Scalar::random(rng))
            .collect::<Vec<_>>(),
    );
    let session = device.map(|d| d.begin(rng)).transpose()?;

    // Message indexes: the blind, then (past the device's) the host's messages.
    let first = generators.layout().blind_index();
    let places = || core::iter::once(first).chain(first + 1 + held_elsewhere..);
    let values = core::iter::once(blind.expose()).chain(messages.iter().copied());
    let device_point = device.map(|d| d.public_point()).unwrap_or_default();
    let device_mask = session.as_ref().map(|s| s.commitment()).unwrap_or_default();
    let c = generators.sum_secret(places().zip(values.clone())) + device_point;
    let c_bar = generators.sum_secret(places().zip(masks.iter().copied())) + device_mask;
    let challenge = calculate_blind_challenge(generators, &c, &c_bar, context);

    let mut responses: Vec<_> = values
        .zip(masks.iter())
        .map(|(v, m)| *m + v * challenge)
        .collect();
    if let Some(session) = session {
        responses.insert(1, session.respond(&challenge)?);
    }
    let s_hat = responses.remove(0);
    let point = c.to_affine()?;
    Ok((
        CommitmentWithProof {
            point,
            s_hat,
            m_hats: responses,
            challenge,
        },
        blind,
    ))
}

/// `CoreCommitVerify`.
///
/// # Errors
/// [`Error::Indexes`] when the count does not fit the layout, [`Error::Invalid`].
pub fn core_commit_verify(
    generators: &Generators,
    commitment: &CommitmentWithProof,
    context: &[u8],
) -> Result<(), Error> {
    if generators.layout().committed != Some(commitment.m_hats.len()) {
        return Err(Error::Indexes);
    }
    // Cbar = Q_2·s^ + J_1·m^_1 + … − C·c: all public.
    let mut scalars = vec![Scalar::zero(); generators.blind_range().start];
    scalars.push(commitment.s_hat);
    scalars.extend_from_slice(&commitment.m_hats);
    let fixed = generators.bases.msm_vartime(&scalars);
    let variable = msm_vartime(&[commitment.point], &[[-commitment.challenge]]);
    let c_bar = variable.into_iter().fold(fixed, |sum, term| sum + term);
    let expected = calculate_blind_challenge(generators, &commitment.point(), &c_bar, context);
    if expected == commitment.challenge {
        Ok(())
    } else {
        Err(Error::Invalid)
    }
}

fn calculate_blind_challenge(
    generators: &Generators,
    c: &G1,
    c_bar: &G1,
    context: &[u8],
) -> Scalar {
    let range = generators.blind_range();
    let committed = range.len().saturating_sub(1) as u64;
    let mut input = committed.to_be_bytes().to_vec();
    for point in generators.bases.bases().get(range).unwrap_or_default() {
        input.extend_from_slice(&point.to_octets());
    }
    input.extend_from_slice(&c.to_octets());
    input.extend_from_slice(&c_bar.to_octets());
    if !context.is_empty() {
        input.extend_from_slice(&(context.len() as u64).to_be_bytes());
        input.extend_from_slice(context);
    }
    generators.interface().hash_to_scalar(&input, "H2S_")
}
