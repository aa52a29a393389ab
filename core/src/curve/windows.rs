//! Signed windows over a scalar's halves, and rows of multiples that are read whole.

use blst::{blst_p1, blst_p1_affine};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use super::ffi;

/// The most windows that a half takes: those of five bits.
const MAX_WINDOWS: usize = windows(5);
/// The most entries of a row that is read whole.
const ROW: usize = 32;

/// Windows over 127 bits and a sign.
pub(super) const fn windows(bits: usize) -> usize {
    128usize.div_ceil(bits)
}

/// 1·P … count·P.
pub(super) fn multiples(point: &blst_p1, count: usize) -> Vec<blst_p1> {
    let mut list = vec![*point];
    while list.len() < count {
        let next = match list.get(list.len() / 2) {
            // An even multiple is twice one that is there: cheaper than an addition.
            Some(half) if list.len() % 2 == 1 => ffi::p1_double(half),
            _ => ffi::p1_add(list.last().unwrap_or(point), point),
        };
        list.push(next);
    }
    list
}

/// Half a scalar as signed digits, least significant first, each above −2^(bits−1) and at most 2^(bits−1).
pub(super) fn digits(half: i128, bits: usize) -> [i16; MAX_WINDOWS] {
    let (mut rest, mut carry) = (half, 0i16);
    let largest = 1i16 << (bits - 1);
    [(); MAX_WINDOWS].map(|()| {
        let value = i16::try_from(rest & ((1 << bits) - 1)).unwrap_or(0) + carry;
        rest >>= bits;
        // 1 when value exceeds the largest digit, without a branch. The last carry completes the
        // two's complement of a negative half and is dropped.
        carry = (largest - value) >> 15 & 1;
        value - (carry << bits)
    })
}

/// digit·(row's base), reading every entry; all-zero coordinates are blst's identity.
pub(super) fn select(row: &[blst_p1_affine], digit: i16) -> blst_p1_affine {
    let negative = digit >> 15;
    let magnitude = (digit ^ negative) - negative;
    // All ones where the position is the digit's, else 0. The barrier keeps the compiler from
    // knowing so much; after it, what is gathered can stay in registers.
    let mut masks = [0u64; ROW];
    for (mask, position) in masks.iter_mut().zip(1i16..) {
        let apart = u64::from((position ^ magnitude).unsigned_abs());
        *mask = (apart.wrapping_sub(1) >> 63).wrapping_neg();
    }
    let masks = core::hint::black_box(masks);
    let mut chosen = blst_p1_affine::default();
    let (x, y) = (&mut chosen.x.l, &mut chosen.y.l);
    // At most one mask is not zero, so the masked entries may be or-ed together.
    for (entry, mask) in row.iter().zip(&masks) {
        for (limb, from) in x.iter_mut().zip(&entry.x.l) {
            *limb |= from & mask;
        }
        for (limb, from) in y.iter_mut().zip(&entry.y.l) {
            *limb |= from & mask;
        }
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

    #[test]
    fn digits_give_the_half_back() {
        let largest = i128::MAX / 4 * 3;
        for half in [
            0,
            1,
            -1,
            32,
            33,
            -31,
            -32,
            1 << 126,
            -(1 << 126),
            largest,
            -largest,
        ] {
            for bits in [5, 6, 8] {
                let most = 1i16 << (bits - 1);
                let list = digits(half, bits);
                assert!(list.iter().all(|d| (1 - most..=most).contains(d)));
                let (used, rest) = list.split_at(windows(bits));
                assert!(rest.iter().all(|d| *d == 0));
                let value = used.iter().rev().fold(0i128, |sum, d| {
                    sum.wrapping_shl(u32::try_from(bits).unwrap())
                        .wrapping_add(i128::from(*d))
                });
                assert_eq!(value, half);
            }
        }
    }
}
