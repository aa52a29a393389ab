//! 4v + 1 as a sum of three squares (Gauss, Legendre: every number that is 1 mod 4 is one).

use rand_core::CryptoRng;

/// y₁² + y₂² + y₃² = 4v + 1, for v < 2^20. Each y is below 2^11.
///
/// The search starts at a random y₁ and goes round, and tries y₂ and y₃ by two pointers. Its time
/// depends on v and on the start; the random start blurs the former. What remains is a timing
/// signal of some microseconds inside the holder's device. SECURITY.md names it.
pub(super) fn three_squares(v: u32, rng: &mut dyn CryptoRng) -> [u32; 3] {
    let target = 4 * u64::from(v) + 1;
    let top = target.isqrt();
    let mut octets = [0; 8];
    rng.fill_bytes(&mut octets);
    let start = u64::from_le_bytes(octets) % (top + 1);
    let squares = (0..=top)
        .map(|i| (start + i) % (top + 1))
        .find_map(|y1| two_squares(target - y1 * y1).map(|[y2, y3]| [y1, y2, y3]))
        .unwrap_or_default();
    squares.map(|y| u32::try_from(y).unwrap_or(0))
}

fn two_squares(n: u64) -> Option<[u64; 2]> {
    let (mut low, mut high) = (0, n.isqrt());
    while low <= high {
        match (low * low + high * high).cmp(&n) {
            core::cmp::Ordering::Less => low += 1,
            core::cmp::Ordering::Greater => high -= 1,
            core::cmp::Ordering::Equal => return Some([low, high]),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::TestRng;

    #[test]
    fn every_small_number_and_a_stride_of_all() {
        let mut rng = TestRng::new(1);
        let edge = [(1 << 20) - 1, (1 << 20) - 2];
        for v in (0..1 << 14).chain((0..1 << 20).step_by(997)).chain(edge) {
            let squares = three_squares(v, &mut rng);
            let sum: u64 = squares.iter().map(|y| u64::from(*y).pow(2)).sum();
            assert_eq!(sum, 4 * u64::from(v) + 1);
            assert!(squares.iter().all(|y| *y <= 1 << 11));
        }
    }
}
