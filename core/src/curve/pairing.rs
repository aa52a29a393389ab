//! Public keys in G2 and the one pairing equation that BBS checks.

use blst::{blst_fp6, blst_p2_affine};

use super::{DecodeError, G1, SecretScalar, ffi};

/// A BBS public key: a point of G2 that is in the subgroup and not the identity.
#[derive(Clone, Copy)]
pub struct PublicKey(blst_p2_affine);

impl PublicKey {
    /// Octets of the compressed encoding.
    pub const LEN: usize = 96;

    /// `octets_to_pubkey`.
    ///
    /// # Errors
    /// [`DecodeError::Point`] unless canonical, on the curve, in the subgroup and not the identity.
    pub fn from_octets(octets: &[u8; Self::LEN]) -> Result<Self, DecodeError> {
        ffi::p2_uncompress(octets)
            .map(Self)
            .ok_or(DecodeError::Point)
    }

    /// `point_to_octets_E2`.
    pub fn to_octets(&self) -> [u8; Self::LEN] {
        ffi::p2_compress(&self.0)
    }

    /// `SkToPk`, in constant time.
    pub fn of(secret: &SecretScalar) -> Self {
        Self(ffi::sk_to_pk(&secret.expose().to_blst()))
    }

    /// Computes the Miller-loop lines once, for many checks: 2 × 19.1 KiB.
    pub fn prepare(&self) -> PreparedKey {
        PreparedKey {
            key: ffi::precompute_lines(&self.0),
            generator: ffi::precompute_lines(&ffi::p2_generator()),
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.to_octets() == other.to_octets()
    }
}

impl Eq for PublicKey {}

/// A public key with the lines of its Miller loop, and those of the generator.
pub struct PreparedKey {
    key: Vec<blst_fp6>,
    generator: Vec<blst_fp6>,
}

impl PreparedKey {
    /// Octets of memory held.
    pub fn table_octets(&self) -> usize {
        (self.key.len() + self.generator.len()) * size_of::<blst_fp6>()
    }

    /// Whether e(a, W) = e(b, BP2). False when `a` or `b` is the identity: no honest signature
    /// or proof has one, and the equation would hold for anything.
    pub fn check(&self, a: &G1, b: &G1) -> bool {
        let (Ok(a), Ok(b)) = (a.to_affine(), b.to_affine()) else {
            return false;
        };
        ffi::finalverify(
            &ffi::miller_loop_lines(&self.key, &a.0),
            &ffi::miller_loop_lines(&self.generator, &b.0),
        )
    }
}

/// [`PreparedKey::check`] without prepared lines: what a single check costs.
pub fn pairing_check(key: &PublicKey, a: &G1, b: &G1) -> bool {
    let (Ok(a), Ok(b)) = (a.to_affine(), b.to_affine()) else {
        return false;
    };
    ffi::finalverify(
        &ffi::miller_loop(&key.0, &a.0),
        &ffi::miller_loop(&ffi::p2_generator(), &b.0),
    )
}
