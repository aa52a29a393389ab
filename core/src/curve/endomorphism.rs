//! Short sums over variable bases: Straus' interleaving over the scalars' halves.

use blst::{blst_fp, blst_p1, blst_p1_affine};
use zeroize::Zeroize;

use super::halves::{beta, halves};
use super::windows::{digits, multiples, select, windows};
use super::{G1, G1Affine, Scalar, ffi};

/// Odd multiples 1, 3 … 15 of each point: width-5 non-adjacent form.
const TABLE: usize = 8;

struct Tables {
    plain: [blst_p1_affine; TABLE],
    /// x-coordinates of φ's image; its y is the negated one of `plain`.
    beta_x: [blst_fp; TABLE],
}

/// Each list of scalars with the points, as one sum.
pub(super) fn straus_vartime<S: AsRef<[Scalar]>>(points: &[G1Affine], sums: &[S]) -> Vec<G1> {
    let tables = tables(points);
    sums.iter()
        .map(|scalars| {
            let recoded: Vec<_> = scalars.as_ref().iter().map(nafs).collect();
            let mut sum = blst_p1::default();
            for position in (0..Naf::LEN).rev() {
                ffi::p1_double_assign(&mut sum);
                for (table, [low, high]) in tables.iter().zip(&recoded) {
                    if let Some(entry) = table.entry(low.digit(position), false) {
                        ffi::p1_add_affine_assign(&mut sum, &entry);
                    }
                    if let Some(entry) = table.entry(high.digit(position), true) {
                        ffi::p1_add_affine_assign(&mut sum, &entry);
                    }
                }
            }
            G1(sum)
        })
        .collect()
}

/// Window of sums with secret scalars: 16 entries a row.
const SECRET_BITS: usize = 5;

/// Each list of (point's position, scalar) as one sum, in time that depends only on how many points
/// and terms there are: every row is read whole, and the additions have no special cases.
pub(super) fn straus_secret(points: &[G1Affine], sums: &[&[(usize, Scalar)]]) -> Vec<G1> {
    let length = 1 << (SECRET_BITS - 1);
    let projective = points.iter().map(|p| ffi::p1_from_affine(&p.0));
    let multiples: Vec<_> = projective.flat_map(|p| multiples(&p, length)).collect();
    let beta = beta();
    let image = |p: &blst_p1_affine| blst_p1_affine {
        x: ffi::fp_mul(&p.x, &beta),
        y: ffi::fp_neg(&p.y),
    };
    let plain = ffi::p1s_to_affine(&multiples);
    let images: Vec<_> = plain.iter().map(image).collect();
    let row = |list: &[blst_p1_affine], point: usize, digit: i16| {
        let row = list.chunks(length).nth(point).unwrap_or_default();
        select(row, digit)
    };
    sums.iter()
        .map(|terms| {
            let mut recoded: Vec<_> = terms
                .iter()
                .map(|(_, scalar)| halves(scalar).map(|half| digits(half, SECRET_BITS)))
                .collect();
            let mut sum = blst_p1::default();
            for position in (0..windows(SECRET_BITS)).rev() {
                for _ in 0..SECRET_BITS {
                    ffi::p1_double_assign(&mut sum);
                }
                for ((point, _), [low, high]) in terms.iter().zip(&recoded) {
                    for (list, digits) in [(&plain, low), (&images, high)] {
                        let digit = digits.get(position).copied().unwrap_or(0);
                        ffi::p1_add_affine_assign(&mut sum, &row(list, *point, digit));
                    }
                }
            }
            recoded.iter_mut().flatten().for_each(Zeroize::zeroize);
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
    let beta = beta();
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

/// The width-5 non-adjacent form of an integer below 2^127 in size.
struct Naf([i8; Naf::LEN]);

impl Naf {
    const LEN: usize = 128;

    fn new(half: i128) -> Self {
        let (mut value, negative) = (half.unsigned_abs(), half < 0);
        let mut digits = [0; Self::LEN];
        for place in &mut digits {
            if value & 1 == 1 {
                // An odd value mod 32, as −15 … 15; a negative digit carries into what remains.
                let window = i8::try_from(value & 31).unwrap_or(0);
                let digit = if window > 15 { window - 32 } else { window };
                *place = if negative { -digit } else { digit };
                value &= !31;
                if digit < 0 {
                    value += 32;
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

fn nafs(scalar: &Scalar) -> [Naf; 2] {
    halves(scalar).map(Naf::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Suite, halves::Z_SQUARED};

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
                let secret = straus_secret(&points, &[&[(0, a), (1, b)], &[(1, a)], &[]]);
                assert!(secret[0] == sums[0]);
                assert!(secret[1] == q.mul(&a));
                assert!(secret[2].is_identity());
            }
        }
    }
}
