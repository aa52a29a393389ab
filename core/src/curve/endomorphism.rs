//! Short sums over variable bases with public scalars: Straus' interleaving over the halves that
//! the curve's endomorphism gives.
//!
//! With z the curve's parameter, φ(x, y) = (βx, −y) multiplies by z². A scalar is k = k₀ + k₁·z²
//! with both halves below 2^128, so k·P = k₀·P + k₁·φ(P) needs half the doublings (Gallant,
//! Lambert, Vanstone, Crypto 2001).

use blst::{blst_fp, blst_p1, blst_p1_affine};

use super::{G1, G1Affine, Scalar, ffi};

/// Odd multiples 1, 3 … 15 of each point: width-5 non-adjacent form.
const TABLE: usize = 8;
const Z_SQUARED: u128 = 0xac45_a401_0001_a402_0000_0001_0000_0000;
/// β, the cube root of unity of the base field that belongs to z².
const BETA: [u8; 48] = [
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5f, 0x19, 0x67, 0x2f, 0xdf, 0x76, 0xce, 0x51,
    0xba, 0x69, 0xc6, 0x07, 0x6a, 0x0f, 0x77, 0xea, 0xdd, 0xb3, 0xa9, 0x3b, 0xe6, 0xf8, 0x96, 0x88,
    0xde, 0x17, 0xd8, 0x13, 0x62, 0x0a, 0x00, 0x02, 0x2e, 0x01, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xfe,
];

struct Tables {
    plain: [blst_p1_affine; TABLE],
    /// x-coordinates of φ's image; its y is the negated one of `plain`.
    beta_x: [blst_fp; TABLE],
}

pub(super) fn straus_vartime<const N: usize>(
    points: &[G1Affine; N],
    sums: &[[Scalar; N]],
) -> Vec<G1> {
    let tables = tables(points);
    sums.iter()
        .map(|scalars| {
            let recoded: Vec<_> = scalars.iter().map(halves).collect();
            let mut sum = blst_p1::default();
            for position in (0..Naf::LEN).rev() {
                sum = ffi::p1_double(&sum);
                for (table, [low, high]) in tables.iter().zip(&recoded) {
                    if let Some(entry) = table.entry(low.digit(position), false) {
                        sum = ffi::p1_add_affine(&sum, &entry);
                    }
                    if let Some(entry) = table.entry(high.digit(position), true) {
                        sum = ffi::p1_add_affine(&sum, &entry);
                    }
                }
            }
            G1(sum)
        })
        .collect()
}

fn tables(points: &[G1Affine]) -> Vec<Tables> {
    let mut multiples = Vec::with_capacity(points.len() * TABLE);
    for point in points {
        let mut multiple = ffi::p1_from_affine(&point.0);
        let twice = ffi::p1_double(&multiple);
        for _ in 0..TABLE {
            multiples.push(multiple);
            multiple = ffi::p1_add(&multiple, &twice);
        }
    }
    let beta = ffi::fp_from_bendian(&BETA);
    let affine = ffi::p1s_to_affine(&multiples);
    let rows = affine.as_chunks::<TABLE>().0;
    rows.iter()
        .map(|plain| Tables {
            plain: *plain,
            beta_x: plain.map(|p| ffi::fp_mul(&p.x, &beta)),
        })
        .collect()
}

impl Tables {
    /// digit·P, or digit·φ(P); nothing for digit 0. Digits are odd, −15 to 15.
    fn entry(&self, digit: i8, image: bool) -> Option<blst_p1_affine> {
        if digit == 0 {
            return None;
        }
        let index = usize::from(digit.unsigned_abs() / 2);
        let mut entry = *self.plain.get(index)?;
        if image {
            entry.x = *self.beta_x.get(index)?;
        }
        if (digit < 0) != image {
            entry.y = ffi::fp_neg(&entry.y);
        }
        Some(entry)
    }
}

/// The width-5 non-adjacent form of an integer below 2^128.
struct Naf([i8; Naf::LEN]);

impl Naf {
    const LEN: usize = 129;

    fn new(mut value: u128) -> Self {
        let mut digits = [0; Self::LEN];
        for position in 0..Self::LEN {
            if value & 1 == 1 {
                // An odd value mod 32, as −15 … 15; a negative digit carries into what remains.
                let window = i8::try_from(value & 31).unwrap_or(0);
                let digit = if window > 15 { window - 32 } else { window };
                if let Some(place) = digits.get_mut(position) {
                    *place = digit;
                }
                value &= !31;
                if digit < 0 {
                    // Bits 0 to position are spent, so the sum overflows only at position 0.
                    value = value.checked_add(32).unwrap_or_else(|| {
                        if let Some(top) = digits.last_mut() {
                            *top = 1;
                        }
                        0
                    });
                }
            }
            value >>= 1;
        }
        Self(digits)
    }

    fn digit(&self, position: usize) -> i8 {
        self.0.get(position).copied().unwrap_or(0)
    }
}

/// k₀ and k₁ with k = k₀ + k₁·z², by long division.
fn halves(scalar: &Scalar) -> [Naf; 2] {
    let octets = scalar.to_octets();
    let part = |range: core::ops::Range<usize>| {
        octets
            .iter()
            .skip(range.start)
            .take(range.len())
            .fold(0u128, |n, &o| n << 8 | u128::from(o))
    };
    let (high, low) = (part(0..16), part(16..32));
    // high < 2^127 < z², so the quotient has 128 bits.
    let (mut remainder, mut quotient) = (high, 0u128);
    for bit in (0..128).rev() {
        let overflow = remainder >> 127 == 1;
        remainder = remainder << 1 | (low >> bit & 1);
        quotient <<= 1;
        if overflow || remainder >= Z_SQUARED {
            remainder = remainder.wrapping_sub(Z_SQUARED);
            quotient |= 1;
        }
    }
    [Naf::new(remainder), Naf::new(quotient)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Suite;

    fn point(seed: u8) -> G1 {
        Suite::Sha256.hash_to_curve(&[seed], b"endomorphism test")
    }

    #[test]
    fn agrees_with_the_constant_time_multiplication() {
        let top = -Scalar::one();
        let ones = Scalar::from_u128(u128::MAX);
        let z2 = Scalar::from_u128(Z_SQUARED);
        let hash = Suite::Sha256.hash_to_scalar(b"k", b"endomorphism test");
        let cases = [
            Scalar::zero(),
            Scalar::one(),
            top,
            ones,
            z2,
            z2 - Scalar::one(),
            hash,
            ones * z2,
            -hash,
        ];
        let (p, q) = (point(1), point(2));
        let points = [p.to_affine().unwrap(), q.to_affine().unwrap()];
        for a in cases {
            for b in cases {
                let sums = straus_vartime(&points, &[[a, b], [b, Scalar::zero()]]);
                assert!(sums[0] == p.mul(&a) + q.mul(&b));
                assert!(sums[1] == p.mul(&b));
            }
        }
    }
}
