//! One of several values (Cramer, Damgård, Schoenmakers): C − v_j·Y_1 = s·Y_0 for some j.
//! spec:GL-5-ONE-OF
//!
//! T_j = z_j·Y_0 − c_j·(C − v_j·Y_1), and Σ c_j = c. The true branch answers, the others are
//! simulated; both do the same arithmetic.

use rand_core::CryptoRng;
use zeroize::Zeroize;

use crate::bbs::Octets;
use crate::curve::{G1, G1Affine, Scalar, msm_vartime};

use super::{Bases, PredicateError};

/// z_1 … z_k, c_1 … c_(k−1)
pub(super) fn proof_len(values: usize) -> usize {
    (2 * values - 1) * Scalar::LEN
}

struct Branch {
    /// 1 for the true branch, else 0.
    real: Scalar,
    /// The mask of the true branch, the response of a simulated one.
    z: Scalar,
    /// The challenge of a simulated branch; 0 for the true one.
    c: Scalar,
    t: [u8; G1::LEN],
}

pub(super) struct OrProver {
    branches: Vec<Branch>,
    opening: Scalar,
}

impl Drop for OrProver {
    fn drop(&mut self) {
        self.opening.zeroize();
        for branch in &mut self.branches {
            branch.real.zeroize();
            branch.z.zeroize();
            branch.c.zeroize();
        }
    }
}

impl OrProver {
    pub(super) fn new(
        bases: &Bases<'_>,
        c_point: &G1,
        values: &[u32],
        position: usize,
        opening: Scalar,
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let branches = values
            .iter()
            .enumerate()
            .map(|(j, value)| {
                let real = Scalar::from(u64::from(j == position));
                let z = Scalar::random(rng);
                let c = Scalar::random(rng) * (Scalar::one() - real);
                let on_y1 = c * Scalar::from(*value);
                let t = bases.y.msm_secret(&[(0, z), (1, on_y1)], 255) - c_point.mul(&c);
                Branch {
                    real,
                    z,
                    c,
                    t: t.to_octets(),
                }
            })
            .collect();
        Self { branches, opening }
    }

    pub(super) fn first_move(&self) -> Vec<u8> {
        self.branches.iter().flat_map(|b| b.t).collect()
    }

    pub(super) fn respond(&self, c: &Scalar) -> Vec<u8> {
        let simulated = self
            .branches
            .iter()
            .fold(Scalar::zero(), |sum, b| sum + b.c);
        let rest = *c - simulated;
        let z = self
            .branches
            .iter()
            .flat_map(|b| (b.z + b.real * rest * self.opening).to_octets());
        let last = self.branches.len().saturating_sub(1);
        let c = self
            .branches
            .iter()
            .take(last)
            .flat_map(|b| (b.c + b.real * rest).to_octets());
        z.chain(c).collect()
    }
}

pub(super) fn first_move_vartime(
    bases: &Bases<'_>,
    c_point: &G1Affine,
    values: &[u32],
    proof: &[u8],
    c: &Scalar,
) -> Result<Vec<u8>, PredicateError> {
    let mut octets = Octets(proof);
    let mut scalar = || {
        let octets = octets.take().map_err(|_| PredicateError::Malformed)?;
        Ok::<_, PredicateError>(Scalar::from_octets(octets)?)
    };
    let z = values
        .iter()
        .map(|_| scalar())
        .collect::<Result<Vec<_>, _>>()?;
    let mut cs = values
        .iter()
        .skip(1)
        .map(|_| scalar())
        .collect::<Result<Vec<_>, _>>()?;
    cs.push(cs.iter().fold(*c, |rest, c| rest - *c));
    let mut first_move = Vec::with_capacity(values.len() * G1::LEN);
    for ((value, z), c) in values.iter().zip(&z).zip(&cs) {
        let fixed = bases.y.msm_vartime(&[*z, *c * Scalar::from(*value)]);
        let variable = msm_vartime(&[*c_point], &[[-*c]]);
        let t = variable.into_iter().fold(fixed, |sum, term| sum + term);
        first_move.extend_from_slice(&t.to_octets());
    }
    Ok(first_move)
}
