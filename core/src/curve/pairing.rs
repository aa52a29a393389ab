//! Public keys in G2 and the one pairing equation that BBS checks.

use blst::{blst_fp, blst_fp2, blst_fp6, blst_fp12, blst_p1_affine, blst_p2_affine};

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
        let pairs = [
            (self.key.as_slice(), LineAt::new(&a.0)),
            (self.generator.as_slice(), LineAt::new(&(-b).0)),
        ];
        ffi::final_exp_is_one(&miller_loop(&pairs))
    }
}

/// A point of G1 as line evaluation wants it: −2x and 2y.
struct LineAt {
    x: blst_fp,
    y: blst_fp,
}

impl LineAt {
    fn new(point: &blst_p1_affine) -> Self {
        Self {
            x: ffi::fp_neg(&ffi::fp_add(&point.x, &point.x)),
            y: ffi::fp_add(&point.y, &point.y),
        }
    }

    /// f times the line through this point.
    fn multiply(&self, f: &blst_fp12, line: &blst_fp6) -> blst_fp12 {
        let [constant, x, y] = line.fp2;
        let scale = |c: blst_fp2, by: &blst_fp| blst_fp2 {
            fp: c.fp.map(|c| ffi::fp_mul(&c, by)),
        };
        let fp2 = [constant, scale(x, &self.x), scale(y, &self.y)];
        ffi::fp12_mul_by_line(f, &blst_fp6 { fp2 })
    }
}

/// Doublings after each addition in the curve's parameter 0xd201000000010000.
const DOUBLINGS: [usize; 5] = [2, 3, 9, 32, 16];

/// The product of the pairs' Miller loops, up to conjugation, which a test for 1 does not see. The
/// loops share their squarings; `blst` has no such function for prepared lines.
fn miller_loop(pairs: &[(&[blst_fp6], LineAt); 2]) -> blst_fp12 {
    let mut f = ffi::fp12_one();
    let mut position = 0;
    let mut step = |f: &mut blst_fp12| {
        for (lines, at) in pairs {
            if let Some(line) = lines.get(position) {
                *f = at.multiply(f, line);
            }
        }
        position += 1;
    };
    step(&mut f);
    for doublings in DOUBLINGS {
        step(&mut f);
        for _ in 0..doublings {
            f = ffi::fp12_sqr(&f);
            step(&mut f);
        }
    }
    f
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Scalar, Suite};

    #[test]
    fn the_joint_loop_agrees_with_two_plain_ones() {
        let secret = SecretScalar::new(Suite::Sha256.hash_to_scalar(b"sk", b"pairing test"));
        let key = PublicKey::of(&secret);
        let prepared = key.prepare();
        let point = |seed: u8| Suite::Sha256.hash_to_curve(&[seed], b"pairing test");
        let cases = [
            (point(1), point(1).mul(&secret.expose()), true),
            (point(1), -point(1).mul(&secret.expose()), false),
            (point(1), point(2), false),
            (point(1).mul(&Scalar::from(3u64)), point(1), false),
            (G1::identity(), G1::identity(), false),
            (point(1), G1::identity(), false),
        ];
        for (a, b, holds) in cases {
            assert_eq!(prepared.check(&a, &b), holds);
            assert_eq!(pairing_check(&key, &a, &b), holds);
        }
    }
}
