//! Scalars halved by the curve's endomorphism.
//!
//! With z the curve's parameter, φ(x, y) = (βx, −y) multiplies a point by z². A scalar is
//! k = low + high·z² modulo r with both halves below 2^127 in size, so a sum needs half the
//! doublings, or half the table (Gallant, Lambert, Vanstone, Crypto 2001).

use blst::blst_fp;
use subtle::{ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};
use zeroize::Zeroize;

use super::{Scalar, ffi};

pub(super) const Z_SQUARED: u128 = 0xac45_a401_0001_a402_0000_0001_0000_0000;
/// ⌊2^254 / z²⌋
const RECIPROCAL: u128 = 0x5f1a_fb3c_7807_eab7_58fd_b948_bdb3_fb8b;
/// β, the cube root of unity of the base field that belongs to z².
const BETA: [u8; 48] = [
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5f, 0x19, 0x67, 0x2f, 0xdf, 0x76, 0xce, 0x51,
    0xba, 0x69, 0xc6, 0x07, 0x6a, 0x0f, 0x77, 0xea, 0xdd, 0xb3, 0xa9, 0x3b, 0xe6, 0xf8, 0x96, 0x88,
    0xde, 0x17, 0xd8, 0x13, 0x62, 0x0a, 0x00, 0x02, 0x2e, 0x01, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xfe,
];

pub(super) fn beta() -> blst_fp {
    ffi::fp_from_bendian(&BETA)
}

/// [low, high] with k = low + high·z² modulo r, each at most z²/2 + 1 in size; constant-time. A scalar
/// of at most 126 bits has itself as low half, and 0 as high half.
pub(super) fn halves(scalar: &Scalar) -> [i128; 2] {
    // k or r − k, whichever is smaller: that bounds the high half on both sides.
    let [(mut high, mut low), other] = [*scalar, -*scalar].map(|k| wide(&k));
    let negative = high.ct_gt(&other.0) | high.ct_eq(&other.0) & low.ct_gt(&other.1);
    high.conditional_assign(&other.0, negative);
    low.conditional_assign(&other.1, negative);

    // Barrett: the estimate is at most 2 too small.
    let (mut quotient, _) = product(high << 2 | low >> 126, RECIPROCAL);
    let (taken_high, taken_low) = product(quotient, Z_SQUARED);
    let (mut rest, borrow) = low.overflowing_sub(taken_low);
    let mut rest_high = high
        .wrapping_sub(taken_high)
        .wrapping_sub(u128::from(borrow));
    for _ in 0..2 {
        let more = rest_high.ct_gt(&0) | rest.ct_gt(&(Z_SQUARED - 1));
        let (next, borrow) = rest.overflowing_sub(Z_SQUARED);
        let next_high = rest_high.wrapping_sub(u128::from(borrow));
        rest.conditional_assign(&next, more);
        rest_high.conditional_assign(&next_high, more);
        quotient.conditional_assign(&quotient.wrapping_add(1), more);
    }
    // The nearest quotient rather than the one below.
    let above = rest.ct_gt(&(Z_SQUARED / 2));
    rest.conditional_assign(&rest.wrapping_sub(Z_SQUARED), above);
    quotient.conditional_assign(&quotient.wrapping_add(1), above);
    [rest, quotient].map(|half| {
        let mut half = half.cast_signed();
        half.conditional_assign(&half.wrapping_neg(), negative);
        half
    })
}

fn wide(scalar: &Scalar) -> (u128, u128) {
    let mut octets = scalar.to_octets();
    let part = |octets: &[u8]| octets.iter().fold(0u128, |n, &o| n << 8 | u128::from(o));
    let (high, low) = octets.split_at(16);
    let wide = (part(high), part(low));
    octets.zeroize();
    wide
}

/// The 256-bit product, high and low.
fn product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let [a1, a0, b1, b0] = [a >> 64, a & HALF, b >> 64, b & HALF];
    let low = a0 * b0;
    // Neither sum exceeds 2^128 − 1.
    let middle = a1 * b0 + (low >> 64);
    let other = a0 * b1 + (middle & HALF);
    let high = a1 * b1 + (middle >> 64) + (other >> 64);
    (high, other << 64 | low & HALF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Suite;

    fn signed(half: i128) -> Scalar {
        let size = Scalar::from_u128(half.unsigned_abs());
        if half < 0 { -size } else { size }
    }

    #[test]
    fn halves_are_small_and_give_the_scalar_back() {
        let z2 = Scalar::from_u128(Z_SQUARED);
        let half = Scalar::from_u128(Z_SQUARED / 2);
        let top = Scalar::from(2u64).invert();
        let mut cases = vec![Scalar::zero(), Scalar::one(), z2, half, top, half * z2];
        cases.extend((0..200u8).map(|i| Suite::Sha256.hash_to_scalar(&[i], b"halves test")));
        cases.extend((0..128).map(|i| Scalar::from_u128(1 << i)));
        let near: Vec<_> = cases
            .iter()
            .flat_map(|k| [*k, *k + Scalar::one(), *k - Scalar::one(), *k * z2])
            .collect();
        for k in near.iter().flat_map(|k| [*k, -*k]) {
            let [low, high] = halves(&k);
            assert!(signed(low) + signed(high) * z2 == k);
            assert!(low.unsigned_abs() <= Z_SQUARED / 2 + 1);
            assert!(high.unsigned_abs() <= Z_SQUARED / 2 + 1);
        }
        let longest = (1u128 << 126) - 1;
        assert_eq!(
            halves(&Scalar::from_u128(longest)),
            [longest.cast_signed(), 0]
        );
    }

    #[test]
    fn the_reciprocal_is_what_it_says() {
        // RECIPROCAL·z² ≤ 2^254 < (RECIPROCAL + 1)·z²
        assert!(product(RECIPROCAL, Z_SQUARED).0 < 1 << 126);
        assert!(product(RECIPROCAL + 1, Z_SQUARED).0 >= 1 << 126);
    }
}
