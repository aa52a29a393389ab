//! Sums over bases that never change, from tables.
//!
//! One table serves both kinds of scalar: signed five-bit windows of every base, so that a sum is
//! additions alone. For secret scalars every look-up reads a whole row, so neither time nor the
//! addresses touched depend on the scalar. For public ones look-ups go by index, zero digits are
//! left out, and the additions share inversions. Residual risk and the decision are written in
//! SECURITY.md.

use std::sync::OnceLock;

use blst::{blst_p1, blst_p1_affine};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::{G1, G1Affine, Scalar, ffi};

/// 78 KiB a base.
const COMB_BITS: usize = 5;
const COMB_ROW: usize = 1 << (COMB_BITS - 1);
/// 255 bits and the carry of the signed recoding.
const COMB_WINDOWS: usize = 52;

type Row = [blst_p1_affine; COMB_ROW];

/// An ordered list of bases and their table.
pub struct FixedBases {
    bases: Vec<G1Affine>,
    comb: OnceLock<Vec<Row>>,
}

impl FixedBases {
    /// Takes the bases; the table comes when it is first needed.
    pub fn new(bases: Vec<G1Affine>) -> Self {
        Self {
            bases,
            comb: OnceLock::new(),
        }
    }

    /// The bases, in order.
    pub fn bases(&self) -> &[G1Affine] {
        &self.bases
    }

    /// Octets held by the table now.
    pub fn table_octets(&self) -> usize {
        self.comb.get().map_or(0, |t| size_of_val(t.as_slice()))
    }

    /// Builds the table now rather than at first use.
    pub fn prepare(&self) {
        self.comb();
    }

    /// Σ scalar·bases[index] over the terms, in time that depends only on the number of terms
    /// and on `bits`, a public bound on the scalars' length.
    ///
    /// # Panics
    /// When an index is out of range: indexes are the caller's own.
    pub fn msm_secret(&self, terms: &[(usize, Scalar)], bits: usize) -> G1 {
        let comb = self.comb();
        let windows = (bits / COMB_BITS + 1).min(COMB_WINDOWS);
        let mut sum = blst_p1::default();
        for (index, scalar) in terms {
            assert!(*index < self.bases.len(), "base index");
            let mut digits = signed_digits(scalar);
            let rows = comb.iter().skip(index * COMB_WINDOWS).take(windows);
            for (row, digit) in rows.zip(digits.iter()) {
                sum = ffi::p1_add_affine(&sum, &select(row, *digit));
            }
            digits.zeroize();
        }
        G1(sum)
    }

    /// Σ scalars[i]·bases[i].
    ///
    /// # Panics
    /// When there are more scalars than bases.
    ///
    /// # Security
    /// Variable time in the scalars.
    pub fn msm_vartime(&self, scalars: &[Scalar]) -> G1 {
        assert!(scalars.len() <= self.bases.len(), "more scalars than bases");
        let mut terms = Vec::with_capacity(scalars.len() * COMB_WINDOWS);
        let rows = self.comb().iter();
        for (row, digit) in rows.zip(scalars.iter().flat_map(signed_digits)) {
            let magnitude = usize::from(digit.unsigned_abs());
            if let Some(entry) = magnitude.checked_sub(1).and_then(|i| row.get(i)) {
                let mut term = *entry;
                if digit < 0 {
                    term.y = ffi::fp_neg(&term.y);
                }
                terms.push(term);
            }
        }
        G1(ffi::p1s_sum_vartime(&terms))
    }

    fn comb(&self) -> &[Row] {
        self.comb
            .get_or_init(|| self.bases.iter().flat_map(comb_rows).collect())
    }
}

/// Row i holds 1·2^(5i)·P … 16·2^(5i)·P.
fn comb_rows(base: &G1Affine) -> Vec<Row> {
    let mut step = ffi::p1_from_affine(&base.0);
    let mut points = Vec::with_capacity(COMB_WINDOWS * COMB_ROW);
    for _ in 0..COMB_WINDOWS {
        let mut multiple = step;
        for _ in 0..COMB_ROW {
            points.push(multiple);
            multiple = ffi::p1_add(&multiple, &step);
        }
        for _ in 0..COMB_BITS {
            step = ffi::p1_double(&step);
        }
    }
    let affine = ffi::p1s_to_affine(&points);
    affine.as_chunks::<COMB_ROW>().0.to_vec()
}

/// The scalar as 52 digits of −15…16, least significant first.
fn signed_digits(scalar: &Scalar) -> [i8; COMB_WINDOWS] {
    let mut octets = scalar.to_octets();
    octets.reverse();
    let mut digits = [0; COMB_WINDOWS];
    let (mut buffer, mut held, mut carry) = (0i32, 0usize, 0i32);
    let mut next = octets.iter();
    for digit in &mut digits {
        if held < COMB_BITS {
            buffer |= i32::from(next.next().copied().unwrap_or(0)) << held;
            held += 8;
        }
        let value = (buffer & 31) + carry;
        buffer >>= COMB_BITS;
        held -= COMB_BITS;
        // 1 when value exceeds 16, without a branch.
        carry = (16 - value) >> 31 & 1;
        *digit = i8::try_from(value - (carry << COMB_BITS)).unwrap_or(0);
    }
    octets.zeroize();
    digits
}

/// digit·(row's base), reading every entry; all-zero coordinates are blst's identity.
fn select(row: &Row, digit: i8) -> blst_p1_affine {
    let negative = digit >> 7;
    let magnitude = u8::try_from((digit ^ negative) - negative).unwrap_or(0);
    let mut chosen = blst_p1_affine::default();
    for (entry, position) in row.iter().zip(1u8..) {
        let here = position.ct_eq(&magnitude);
        chosen.x.l.conditional_assign(&entry.x.l, here);
        chosen.y.l.conditional_assign(&entry.y.l, here);
    }
    let negated = ffi::fp_neg(&chosen.y);
    chosen
        .y
        .l
        .conditional_assign(&negated.l, negative.ct_eq(&-1));
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Suite;

    #[test]
    fn both_kinds_agree_with_plain_multiplication() {
        let points: Vec<G1> = (0..3u8)
            .map(|i| Suite::Sha256.hash_to_curve(&[i], b"fixed test"))
            .collect();
        let bases = FixedBases::new(points.iter().map(|p| p.to_affine().unwrap()).collect());
        let cases = [
            Scalar::zero(),
            Scalar::one(),
            -Scalar::one(),
            Scalar::from(16u64),
            Scalar::from(17u64),
            Scalar::from_u128(u128::MAX),
            Suite::Sha256.hash_to_scalar(b"k", b"fixed test"),
        ];
        for a in cases {
            for b in cases {
                let expected = points[0].mul(&a) + points[2].mul(&b);
                assert!(bases.msm_secret(&[(0, a), (2, b)], 255) == expected);
                assert!(bases.msm_vartime(&[a, Scalar::zero(), b]) == expected);
            }
        }
        let small = Scalar::from(2047u64);
        assert!(bases.msm_secret(&[(1, small)], 11) == points[1].mul(&small));
        // Equal and opposite partial sums meet the addition's special cases.
        let twin = FixedBases::new(vec![bases.bases()[0], bases.bases()[0]]);
        assert!(
            twin.msm_secret(&[(0, Scalar::one()), (1, Scalar::one())], 255) == points[0].double()
        );
        assert!(
            twin.msm_secret(&[(0, Scalar::one()), (1, -Scalar::one())], 255)
                .is_identity()
        );
    }
}
