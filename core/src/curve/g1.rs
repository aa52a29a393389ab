//! Points of G1, and sums over variable bases.

use core::ops::{Add, Neg, Sub};

use blst::{blst_p1, blst_p1_affine};

use super::{DecodeError, Scalar, endomorphism, ffi};

/// A point of G1 in projective form; may be the identity, since sums can be.
#[derive(Clone, Copy, Default)]
pub struct G1(pub(super) blst_p1);

/// A point of G1 in affine form that is not the identity.
#[derive(Clone, Copy)]
pub struct G1Affine(pub(super) blst_p1_affine);

impl G1 {
    /// Octets of the compressed encoding.
    pub const LEN: usize = 48;

    /// The identity.
    pub fn identity() -> Self {
        Self::default()
    }

    /// Whether this is the identity.
    pub fn is_identity(&self) -> bool {
        ffi::p1_is_identity(&self.0)
    }

    /// 2·self.
    pub fn double(&self) -> Self {
        Self(ffi::p1_double(&self.0))
    }

    /// scalar·self, in constant time.
    pub fn mul(&self, scalar: &Scalar) -> Self {
        Self(ffi::p1_mult(&self.0, &scalar.to_blst()))
    }

    /// The compressed encoding (`point_to_octets_E1`).
    pub fn to_octets(&self) -> [u8; Self::LEN] {
        ffi::p1_compress(&self.0)
    }

    /// Makes each point's conversion to affine form or octets cheap, by one inversion for all. Their
    /// values stay.
    pub fn normalize(mut points: Vec<&mut Self>) {
        if points.iter().any(|p| p.is_identity()) {
            return;
        }
        let list: Vec<_> = points.iter().map(|p| p.0).collect();
        for (point, affine) in points.iter_mut().zip(ffi::p1s_to_affine(&list)) {
            point.0 = ffi::p1_from_affine(&affine);
        }
    }

    /// Affine form.
    ///
    /// # Errors
    /// [`DecodeError::Point`] for the identity.
    pub fn to_affine(&self) -> Result<G1Affine, DecodeError> {
        if self.is_identity() {
            return Err(DecodeError::Point);
        }
        Ok(G1Affine(ffi::p1_to_affine(&self.0)))
    }
}

impl G1Affine {
    /// Decodes a compressed point (`octets_to_point_E1`, `subgroup_check_G1`).
    ///
    /// # Errors
    /// [`DecodeError::Point`] unless canonical, on the curve, in the subgroup and not the identity.
    pub fn from_octets(octets: &[u8; G1::LEN]) -> Result<Self, DecodeError> {
        ffi::p1_uncompress(octets)
            .map(Self)
            .ok_or(DecodeError::Point)
    }

    /// The compressed encoding.
    pub fn to_octets(&self) -> [u8; G1::LEN] {
        G1::from(*self).to_octets()
    }
}

impl Neg for G1Affine {
    type Output = Self;
    fn neg(self) -> Self {
        let mut point = self.0;
        point.y = ffi::fp_neg(&point.y);
        Self(point)
    }
}

impl From<G1Affine> for G1 {
    fn from(point: G1Affine) -> Self {
        Self(ffi::p1_from_affine(&point.0))
    }
}

impl Add for G1 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(ffi::p1_add(&self.0, &other.0))
    }
}

impl Neg for G1 {
    type Output = Self;
    fn neg(self) -> Self {
        Self(ffi::p1_neg(&self.0))
    }
}

impl Sub for G1 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl PartialEq for G1 {
    fn eq(&self, other: &Self) -> bool {
        ffi::p1_is_equal(&self.0, &other.0)
    }
}

impl Eq for G1 {}

/// Several sums over one list of points, which share the points' tables: element k of the result
/// is Σ sums\[k\]\[i\]·points\[i\]. A scalar 0 costs nothing.
///
/// # Security
/// Variable time in points and scalars.
pub fn msm_vartime<const N: usize>(points: &[G1Affine; N], sums: &[[Scalar; N]]) -> Vec<G1> {
    endomorphism::straus_vartime(points, sums)
}

/// Several sums over one list of points, which share the points' tables: each sum is a list of
/// (point's position, scalar).
///
/// # Panics
/// When a position is out of range: positions are the caller's own.
pub fn msm_secret(points: &[G1Affine], sums: &[&[(usize, Scalar)]]) -> Vec<G1> {
    let mut terms = sums.iter().copied().flatten();
    assert!(terms.all(|t| t.0 < points.len()), "point out of range");
    endomorphism::straus_secret(points, sums)
}

/// Σ scalars\[i\]·points\[i\] over scalars below 2^`bits`.
///
/// # Security
/// Variable time in points and scalars.
pub fn msm_bits_vartime(points: &[G1Affine], scalars: &[Scalar], bits: usize) -> G1 {
    // Buckets do not pay for a few points.
    if points.len() <= 32 {
        let sums = endomorphism::straus_vartime(points, &[scalars]);
        return sums.into_iter().fold(G1::identity(), |sum, s| sum + s);
    }
    let points: Vec<_> = points.iter().map(|p| p.0).collect();
    let scalars: Vec<_> = scalars.iter().map(|s| s.to_blst()).collect();
    G1(ffi::p1s_pippenger_vartime(&points, &scalars, bits))
}
