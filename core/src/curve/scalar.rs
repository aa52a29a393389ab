//! Integers modulo the group order r.

use core::ops::{Add, Mul, Neg, Sub};

use blst::{blst_fr, blst_scalar};
use rand_core::CryptoRng;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{DecodeError, ffi};

/// An integer modulo r that need not be kept secret once it is here: a challenge, a response, a
/// disclosed message. Secrets rest in [`SecretScalar`]; arithmetic is constant-time for both.
#[derive(Clone, Copy, Default)]
pub struct Scalar(pub(super) blst_fr);

impl Scalar {
    /// Octets of the encoding: 32, big-endian.
    pub const LEN: usize = 32;
    /// Octets drawn for one uniform scalar (BBS `expand_len`).
    pub const WIDE_LEN: usize = 48;

    /// The integer 0.
    pub fn zero() -> Self {
        Self::default()
    }

    /// The integer 1.
    pub fn one() -> Self {
        Self::from(1u64)
    }

    /// Decodes 32 big-endian octets: below r, and not zero.
    ///
    /// # Errors
    /// [`DecodeError::Scalar`] for anything else.
    pub fn from_octets(octets: &[u8; 32]) -> Result<Self, DecodeError> {
        let scalar = ffi::scalar_from_bendian(octets);
        if !ffi::scalar_is_canonical(&scalar) || octets.iter().all(|&o| o == 0) {
            return Err(DecodeError::Scalar);
        }
        Ok(Self(ffi::fr_from_scalar(&scalar)))
    }

    /// 32 big-endian octets (I2OSP).
    pub fn to_octets(&self) -> [u8; 32] {
        let mut scalar = ffi::scalar_from_fr(&self.0);
        let octets = ffi::bendian_from_scalar(&scalar);
        scalar.b.zeroize();
        octets
    }

    /// OS2IP(octets) mod r; uniform when 48 octets are.
    pub fn from_wide_octets(octets: &[u8; Self::WIDE_LEN]) -> Self {
        let mut scalar = ffi::scalar_from_be_bytes(octets);
        let result = Self(ffi::fr_from_scalar(&scalar));
        scalar.b.zeroize();
        result
    }

    /// A big-endian integer of 16 octets.
    pub fn from_u128(value: u128) -> Self {
        let mut octets = [0; 32];
        let (_, low) = octets.split_at_mut(16);
        low.copy_from_slice(&value.to_be_bytes());
        let scalar = ffi::scalar_from_bendian(&octets);
        octets.zeroize();
        Self(ffi::fr_from_scalar(&scalar))
    }

    /// The low 128 bits of the integer.
    pub fn low_u128(&self) -> u128 {
        let octets = self.to_octets();
        octets
            .iter()
            .skip(16)
            .fold(0, |n, &o| n << 8 | u128::from(o))
    }

    /// A uniform scalar (BBS `calculate_random_scalars`, count 1).
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut wide = [0; Self::WIDE_LEN];
        rng.fill_bytes(&mut wide);
        let scalar = Self::from_wide_octets(&wide);
        wide.zeroize();
        scalar
    }

    /// 1/self, or 0 for 0. Constant-time.
    pub fn invert(&self) -> Self {
        Self(ffi::fr_inverse(&self.0))
    }

    /// Whether this is 0. Constant-time.
    pub fn is_zero(&self) -> bool {
        self.ct_eq(&Self::zero()).into()
    }

    pub(super) fn to_blst(self) -> blst_scalar {
        ffi::scalar_from_fr(&self.0)
    }
}

impl From<u64> for Scalar {
    fn from(value: u64) -> Self {
        Self::from_u128(value.into())
    }
}

impl From<u32> for Scalar {
    fn from(value: u32) -> Self {
        Self::from_u128(value.into())
    }
}

impl Add for Scalar {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(ffi::fr_add(&self.0, &other.0))
    }
}

impl Sub for Scalar {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(ffi::fr_sub(&self.0, &other.0))
    }
}

impl Mul for Scalar {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(ffi::fr_mul(&self.0, &other.0))
    }
}

impl Neg for Scalar {
    type Output = Self;
    fn neg(self) -> Self {
        Self(ffi::fr_neg(&self.0))
    }
}

impl ConstantTimeEq for Scalar {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.l.ct_eq(&other.0.l)
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Scalar {}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.l.zeroize();
    }
}

/// A scalar that must not be learnt: wiped on drop, without `Debug`, `Clone` or serialisation.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretScalar(Scalar);

impl SecretScalar {
    /// Takes a secret into custody.
    pub fn new(scalar: Scalar) -> Self {
        Self(scalar)
    }

    /// A uniform secret.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(Scalar::random(rng))
    }

    /// Decodes 32 big-endian octets: below r, and not zero.
    ///
    /// # Errors
    /// [`DecodeError::Scalar`] for anything else.
    pub fn from_octets(octets: &[u8; 32]) -> Result<Self, DecodeError> {
        Scalar::from_octets(octets).map(Self)
    }

    /// The value, for arithmetic. The caller keeps it as short as it can.
    pub fn expose(&self) -> Scalar {
        self.0
    }
}
