//! The conservative range proof: v in 20 bits, each committed and shown to be 0 or 1.
//! spec:GL-5-BITS
//!
//! C_v = Σ 2^i·C_i. The prover sends C_1 … C_19; C_0 follows, so the sum needs no proof of its own.

use rand_core::CryptoRng;

use crate::bbs::Octets;
use crate::curve::{G1, G1Affine, Scalar};

use super::{Bases, Distance, PredicateError, VALUE_BITS, or};

const BITS: usize = VALUE_BITS as usize;
const BIT: [u32; 2] = [0, 1];
/// C_1 … C_19, then 20 proofs that a bit is 0 or 1.
pub(super) const PROOF_LEN: usize = (BITS - 1) * G1::LEN + BITS * 3 * Scalar::LEN;

pub(super) struct BitsProver {
    commitments: Vec<u8>,
    bits: Vec<or::OrProver>,
}

impl BitsProver {
    pub(super) fn new(bases: &Bases<'_>, v: u32, s_v: Scalar, rng: &mut dyn CryptoRng) -> Self {
        let mut openings = vec![s_v];
        for i in 1..VALUE_BITS {
            let s = Scalar::random(rng);
            if let Some(first) = openings.first_mut() {
                *first = *first - Scalar::from(1u32 << i) * s;
            }
            openings.push(s);
        }
        let mut commitments = Vec::new();
        let mut bits = Vec::new();
        for (i, s) in openings.iter().enumerate() {
            let bit = v >> i & 1;
            let point = bases.y.msm_secret(&[(0, *s), (1, Scalar::from(bit))], 255);
            if i > 0 {
                commitments.extend_from_slice(&point.to_octets());
            }
            bits.push(or::OrProver::new(
                bases,
                &point,
                &BIT,
                bit as usize,
                *s,
                rng,
            ));
        }
        zeroize::Zeroize::zeroize(&mut openings);
        Self { commitments, bits }
    }

    pub(super) fn first_move(&self) -> Vec<u8> {
        let mut octets = self.commitments.clone();
        self.bits
            .iter()
            .for_each(|bit| octets.extend(bit.first_move()));
        octets
    }

    pub(super) fn respond(&self, c: &Scalar) -> Vec<u8> {
        let mut octets = self.commitments.clone();
        self.bits
            .iter()
            .for_each(|bit| octets.extend(bit.respond(c)));
        octets
    }
}

pub(super) fn first_move_vartime(
    bases: &Bases<'_>,
    distance: &Distance,
    c_point: &G1Affine,
    proof: &[u8],
    c: &Scalar,
) -> Result<Vec<u8>, PredicateError> {
    let (commitments, proofs) = proof
        .split_at_checked((BITS - 1) * G1::LEN)
        .ok_or(PredicateError::Malformed)?;
    let mut octets = Octets(commitments);
    let mut points = Vec::with_capacity(BITS);
    // C_0 = C_v − Σ 2^i·C_i
    let mut first = G1::from(*c_point).mul(&distance.sign)
        + bases.y.msm_vartime(&[Scalar::zero(), distance.offset]);
    for i in 1..VALUE_BITS {
        let point = G1Affine::from_octets(octets.take().map_err(|_| PredicateError::Malformed)?)?;
        first = first - G1::from(point).mul(&Scalar::from(1u32 << i));
        points.push(point);
    }
    points.insert(0, first.to_affine()?);
    let mut first_move = commitments.to_vec();
    for (point, proof) in points.iter().zip(proofs.chunks(or::proof_len(BIT.len()))) {
        first_move.extend(or::first_move_vartime(bases, point, &BIT, proof, c)?);
    }
    Ok(first_move)
}
