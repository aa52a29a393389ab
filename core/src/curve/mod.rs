//! BLS12-381 as the rest of the core sees it: scalars, points, tables and the pairing.
//!
//! A point that was decoded is valid: canonical, on the curve, in the subgroup, not the identity.
//! Functions whose name ends in `_vartime` take public inputs only; everything else that touches
//! a scalar runs in time independent of its value. Arithmetic is `blst`'s; `ffi` is the only
//! file of the project with `unsafe`.

mod endomorphism;
mod ffi;
mod fixed;
mod g1;
mod halves;
mod hash;
mod pairing;
mod scalar;
mod windows;

pub use fixed::FixedBases;
pub use g1::{G1, G1Affine, msm_bits_vartime, msm_secret, msm_vartime};
pub use hash::Suite;
pub use pairing::{PreparedKey, PublicKey, pairing_check};
pub use scalar::{Scalar, SecretScalar};

/// Octets that do not decode to a valid point or scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not a canonical encoding of a point of the right subgroup, or the identity.
    #[error("not a valid group element")]
    Point,
    /// Zero, or not below the group order.
    #[error("not a valid scalar")]
    Scalar,
}
