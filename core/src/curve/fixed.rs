//! Sums over bases that never change, from tables.
//!
//! A table holds signed windows of every base, so that a sum is additions alone; the scalar's high
//! half uses the same windows through the endomorphism. For secret scalars every look-up reads a
//! whole row, so neither time nor the addresses touched depend on the scalar. For public ones
//! look-ups go by index, zero digits are left out, and the additions share inversions. Residual
//! risk and the decision are written in SECURITY.md.

use std::sync::OnceLock;

use blst::{blst_p1, blst_p1_affine};
use zeroize::Zeroize;

use super::halves::{beta, halves};
use super::windows::{digits, multiples, select, windows};
use super::{G1, G1Affine, Scalar, endomorphism, ffi};

/// 66 KiB a base and 44 additions a scalar: rows short enough to be read whole.
const NARROW: usize = 6;
/// 192 KiB a base and 32 additions a scalar, for those who only verify.
const WIDE: usize = 8;
/// An ordered list of bases and their tables.
pub struct FixedBases {
    bases: Vec<G1Affine>,
    tables: bool,
    narrow: OnceLock<Table>,
    wide: OnceLock<Table>,
}

impl FixedBases {
    /// Takes the bases; tables come when they are first needed.
    pub fn new(bases: Vec<G1Affine>) -> Self {
        Self {
            bases,
            tables: true,
            narrow: OnceLock::new(),
            wide: OnceLock::new(),
        }
    }

    /// Takes bases that serve once or twice, which no table would pay for.
    pub fn without_tables(bases: Vec<G1Affine>) -> Self {
        Self {
            tables: false,
            ..Self::new(bases)
        }
    }

    /// The bases, in order.
    pub fn bases(&self) -> &[G1Affine] {
        &self.bases
    }

    /// Octets held by tables now.
    pub fn table_octets(&self) -> usize {
        let octets = |table: &Table| size_of_val(table.entries.as_slice());
        [&self.narrow, &self.wide]
            .into_iter()
            .filter_map(OnceLock::get)
            .map(octets)
            .sum()
    }

    /// Builds the table for secret scalars now rather than at first use.
    pub fn prepare_secret(&self) {
        self.secret_table();
    }

    /// Makes sure that there is a table for public scalars: the one for secret scalars will do.
    pub fn prepare_public(&self) {
        self.public_table();
    }

    fn secret_table(&self) -> Option<&Table> {
        self.tables
            .then(|| self.narrow.get_or_init(|| Table::new(&self.bases, NARROW)))
    }

    fn public_table(&self) -> Option<&Table> {
        let narrow = self.narrow.get().filter(|_| self.wide.get().is_none());
        self.tables.then(|| {
            narrow.unwrap_or_else(|| self.wide.get_or_init(|| Table::new(&self.bases, WIDE)))
        })
    }

    /// Σ scalar·bases\[index\] over the terms, in time that depends only on the number of terms
    /// and on `bits`, a public bound on the scalars' length.
    ///
    /// # Panics
    /// When an index is out of range: indexes are the caller's own.
    pub fn msm_secret(&self, terms: &[(usize, Scalar)], bits: usize) -> G1 {
        assert!(
            terms.iter().all(|t| t.0 < self.bases.len()),
            "base index out of range"
        );
        let Some(table) = self.secret_table() else {
            let mut sum = G1::identity();
            for (index, scalar) in terms {
                sum = self
                    .bases
                    .get(*index)
                    .map_or(sum, |base| sum + G1::from(*base).mul(scalar));
            }
            return sum;
        };
        // Up to 126 bits a scalar is its own low half.
        let one_half = bits <= 126;
        let count = if one_half {
            bits / NARROW + 1
        } else {
            windows(NARROW)
        };
        let mut sums = [blst_p1::default(); 2];
        for (index, scalar) in terms {
            let mut halves = halves(scalar);
            for (sum, half) in sums.iter_mut().zip(&halves).take(2 - usize::from(one_half)) {
                let mut digits = digits(*half, NARROW);
                for (row, digit) in table.rows(*index).zip(&digits).take(count) {
                    ffi::p1_add_affine_assign(sum, &select(row, *digit));
                }
                digits.zeroize();
            }
            halves.zeroize();
        }
        // low + φ(high)
        let [low, mut high] = sums;
        high.x = ffi::fp_mul(&high.x, &beta());
        G1(low) - G1(high)
    }

    /// Σ scalars\[i\]·bases\[i\].
    ///
    /// # Panics
    /// When there are more scalars than bases.
    ///
    /// # Security
    /// Variable time in the scalars.
    pub fn msm_vartime(&self, scalars: &[Scalar]) -> G1 {
        assert!(scalars.len() <= self.bases.len(), "more scalars than bases");
        let Some(table) = self.public_table() else {
            let bases = self.bases.get(..scalars.len()).unwrap_or_default();
            let sum = endomorphism::straus_vartime(bases, &[scalars]);
            return sum.into_iter().fold(G1::identity(), |sum, term| sum + term);
        };
        let beta = beta();
        let mut terms = Vec::with_capacity(scalars.len() * 2 * windows(table.bits));
        for (index, scalar) in scalars.iter().enumerate() {
            for (half, image) in halves(scalar).into_iter().zip([false, true]) {
                for (row, digit) in table.rows(index).zip(digits(half, table.bits)) {
                    let place = usize::from(digit.unsigned_abs()).checked_sub(1);
                    let Some(entry) = place.and_then(|place| row.get(place)) else {
                        continue;
                    };
                    let mut term = *entry;
                    if image {
                        term.x = ffi::fp_mul(&term.x, &beta);
                    }
                    if (digit < 0) != image {
                        term.y = ffi::fp_neg(&term.y);
                    }
                    terms.push(term);
                }
            }
        }
        G1(ffi::p1s_sum_vartime(&terms))
    }
}

/// Row i of a base P holds 1·2^(bits·i)·P … 2^(bits−1)·2^(bits·i)·P.
struct Table {
    bits: usize,
    entries: Vec<blst_p1_affine>,
}

impl Table {
    fn new(bases: &[G1Affine], bits: usize) -> Self {
        let entries = bases.iter().flat_map(|base| rows(base, bits)).collect();
        Self { bits, entries }
    }

    fn rows(&self, base: usize) -> impl Iterator<Item = &[blst_p1_affine]> {
        let rows = self.entries.chunks(1 << (self.bits - 1));
        let windows = windows(self.bits);
        rows.skip(base * windows).take(windows)
    }
}

fn rows(base: &G1Affine, bits: usize) -> Vec<blst_p1_affine> {
    let mut step = ffi::p1_from_affine(&base.0);
    let mut points = Vec::with_capacity(windows(bits) << (bits - 1));
    for _ in 0..windows(bits) {
        points.extend(multiples(&step, 1 << (bits - 1)));
        for _ in 0..bits {
            ffi::p1_double_assign(&mut step);
        }
    }
    ffi::p1s_to_affine(&points)
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
        let affine: Vec<_> = points.iter().map(|p| p.to_affine().unwrap()).collect();
        let (bases, public) = (
            FixedBases::new(affine.clone()),
            FixedBases::new(affine.clone()),
        );
        let without = FixedBases::without_tables(affine);
        bases.prepare_secret();
        public.prepare_public();
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
                for bases in [&bases, &public, &without] {
                    assert!(bases.msm_vartime(&[a, Scalar::zero(), b]) == expected);
                }
                for bases in [&bases, &without] {
                    assert!(bases.msm_secret(&[(0, a), (2, b)], 255) == expected);
                }
            }
        }
        let small = Scalar::from(2047u64);
        assert!(bases.msm_secret(&[(1, small)], 11) == points[1].mul(&small));
        let long = Scalar::from_u128((1 << 126) - 1);
        assert!(bases.msm_secret(&[(1, long)], 126) == points[1].mul(&long));
        assert!(bases.public_table().unwrap().bits == NARROW);
        assert!(public.public_table().unwrap().bits == WIDE);
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
