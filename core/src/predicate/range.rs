//! The linked three-squares range proof. spec:GL-5-SQUARES
//!
//! M = 4v + 1 = y₁² + y₂² + y₃², C_M = 4·C_v + Y_1 with opening s_M.
//! C_y = Σ yᵢ·Kᵢ + 2Σ yᵢỹᵢ·Y_1 + ρ·Y_0 and T_y = Σ ỹᵢ·Kᵢ + Σ ỹᵢ²·Y_1 + τ·Y_0 are the first move;
//! γ is the low 112 bits of c; zᵢ = γyᵢ + ỹᵢ over the integers, t = γ²s_M + γρ + τ.

use rand_core::CryptoRng;
use zeroize::Zeroize;

use crate::bbs::Octets;
use crate::curve::{G1, G1Affine, Scalar, msm_vartime};

use super::{Bases, Distance, PredicateError, squares::three_squares};

/// C_y, z₁, z₂, z₃, t
pub(super) const PROOF_LEN: usize = G1::LEN + 3 * 16 + Scalar::LEN;
const GAMMA_BITS: u32 = 112;
/// Every z must be below 2^126: without this bound anyone can forge.
const Z_BITS: u32 = 126;
/// y < 2^11 and γ < 2^112, so γ·y < 2^123: a z from there up to 2^126 is uniform, whatever y is.
const Z_LEAST: u128 = 1 << 123;

fn gamma(c: &Scalar) -> u128 {
    c.low_u128() & ((1 << GAMMA_BITS) - 1)
}

pub(super) struct SquaresProver {
    y: [u128; 3],
    s_m: Scalar,
    rho: Scalar,
    /// ỹ₁, ỹ₂, ỹ₃ and τ
    masks: [u128; 3],
    tau: Scalar,
    c_y: [u8; G1::LEN],
    t_y: [u8; G1::LEN],
}

impl Drop for SquaresProver {
    fn drop(&mut self) {
        self.y.zeroize();
        self.masks.zeroize();
        self.s_m.zeroize();
        self.rho.zeroize();
        self.tau.zeroize();
    }
}

impl SquaresProver {
    pub(super) fn new(bases: &Bases<'_>, v: u32, s_m: Scalar, rng: &mut dyn CryptoRng) -> Self {
        let y = three_squares(v, rng).map(u128::from);
        let empty = [0; G1::LEN];
        let (zero, rho) = (Scalar::zero(), Scalar::random(rng));
        let mut prover = Self {
            y,
            s_m,
            rho,
            masks: [0; 3],
            tau: zero,
            c_y: empty,
            t_y: empty,
        };
        prover.resample(bases, rng);
        prover
    }

    pub(super) fn resample(&mut self, bases: &Bases<'_>, rng: &mut dyn CryptoRng) {
        for mask in &mut self.masks {
            let mut octets = [0; 16];
            rng.fill_bytes(&mut octets);
            *mask = u128::from_le_bytes(octets) >> (128 - Z_BITS);
            octets.zeroize();
        }
        self.tau = Scalar::random(rng);
        let [y, masks] = [self.y, self.masks].map(|list| list.map(Scalar::from_u128));
        let dot = |a: &[Scalar; 3], b: &[Scalar; 3]| {
            a.iter()
                .zip(b)
                .fold(Scalar::zero(), |sum, (a, b)| sum + *a * *b)
        };
        let sum = |k: &[Scalar; 3], bits, y1: Scalar, y0: Scalar| {
            let [k1, k2, k3] = *k;
            bases.k.msm_secret(&[(0, k1), (1, k2), (2, k3)], bits)
                + bases.y.msm_secret(&[(0, y0), (1, y1)], 255)
        };
        let cross = dot(&y, &masks);
        self.c_y = sum(&y, 12, cross + cross, self.rho).to_octets();
        self.t_y = sum(&masks, Z_BITS as usize, dot(&masks, &masks), self.tau).to_octets();
    }

    pub(super) fn first_move(&self) -> Vec<u8> {
        [self.c_y, self.t_y].concat()
    }

    pub(super) fn respond(&self, c: &Scalar) -> Option<Vec<u8>> {
        let gamma = gamma(c);
        let mut octets = self.c_y.to_vec();
        let mut accepted = true;
        for (y, mask) in self.y.iter().zip(&self.masks) {
            // γ·y + ỹ ≤ 2^123 + 2^126: no overflow.
            let z = gamma * y + mask;
            accepted &= (Z_LEAST..1 << Z_BITS).contains(&z);
            octets.extend_from_slice(&z.to_be_bytes());
        }
        let gamma = Scalar::from_u128(gamma);
        let t = gamma * gamma * self.s_m + gamma * self.rho + self.tau;
        octets.extend_from_slice(&t.to_octets());
        if !accepted {
            octets.zeroize();
            return None;
        }
        Some(octets)
    }
}

/// T_y = Σ zᵢ·Kᵢ + Σ zᵢ²·Y_1 + t·Y_0 − γ²·C_M − γ·C_y, with every zᵢ < 2^126.
pub(super) fn first_move_vartime(
    bases: &Bases<'_>,
    distance: &Distance,
    c_point: &G1Affine,
    proof: &[u8],
    c: &Scalar,
) -> Result<Vec<u8>, PredicateError> {
    let malformed = |_| PredicateError::Malformed;
    let mut octets = Octets(proof);
    let c_y_octets = octets.take().map_err(malformed)?;
    let c_y = G1Affine::from_octets(c_y_octets)?;
    let mut z = [Scalar::zero(); 3];
    for z in &mut z {
        let value = u128::from_be_bytes(*octets.take().map_err(malformed)?);
        if value >> Z_BITS != 0 {
            return Err(PredicateError::Malformed);
        }
        *z = Scalar::from_u128(value);
    }
    let t = Scalar::from_octets(octets.take().map_err(malformed)?)?;
    octets.finish().map_err(malformed)?;

    let gamma = Scalar::from_u128(gamma(c));
    let squared = gamma * gamma;
    let four = Scalar::from(4u64);
    // C_M = 4·sign·C + (4·offset + 1)·Y_1
    let on_y1 = z.iter().fold(Scalar::zero(), |sum, z| sum + *z * *z)
        - squared * (four * distance.offset + Scalar::one());
    let fixed = bases.k.msm_vartime(&z) + bases.y.msm_vartime(&[t, on_y1]);
    let variable = msm_vartime(
        &[*c_point, c_y],
        &[[-(squared * four * distance.sign), -gamma]],
    );
    let t_y = variable.into_iter().fold(fixed, |sum, term| sum + term);
    Ok([c_y_octets.as_slice(), &t_y.to_octets()].concat())
}
