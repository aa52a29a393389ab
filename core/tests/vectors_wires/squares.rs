//! The three-squares proof as 5.4 has it, with responses as long as one likes.

use glimpse_core::curve::{FixedBases, Scalar};
use rand_core::Rng;

use super::rng::Stream;

/// How long the responses are.
#[derive(Clone, Copy)]
pub(super) enum Z {
    /// In [2^123, 2^126), by rejection.
    Honest,
    /// The first is exactly this; its y must be 0.
    Exactly(u128),
    /// All in [2^126, 2^128).
    Long,
}

/// y with y_1² + y_2² + y_3² = m, ascending.
fn squares_of(m: u64) -> [u64; 3] {
    let root = |n: u64| Some(n.isqrt()).filter(|y| y * y == n);
    let pairs = (0..=m.isqrt()).flat_map(|a| (a..=m.isqrt()).map(move |b| (a, b)));
    let mut fitting = pairs.filter_map(|(a, b)| Some([a, b, root(m.checked_sub(a * a + b * b)?)?]));
    fitting.next().unwrap()
}

fn dot(a: &[Scalar; 3], b: &[Scalar; 3]) -> Scalar {
    let products = a.iter().zip(b).map(|(a, b)| *a * *b);
    products.fold(Scalar::zero(), |sum, product| sum + product)
}

fn gamma(c: &Scalar) -> u128 {
    c.low_u128() % (1 << 112)
}

/// 5.4, step by step.
pub(super) struct Squares {
    y: [u64; 3],
    masks: [u128; 3],
    s_m: Scalar,
    rho: Scalar,
    tau: Scalar,
    z: Z,
}

impl Squares {
    pub(super) fn new(v: u64, s_m: Scalar, z: Z, rng: &mut Stream) -> Self {
        let mut squares = Self {
            y: squares_of(4 * v + 1),
            masks: [0; 3],
            s_m,
            rho: Scalar::random(rng),
            tau: Scalar::zero(),
            z,
        };
        squares.resample(rng);
        squares
    }

    pub(super) fn resample(&mut self, rng: &mut Stream) {
        self.tau = Scalar::random(rng);
        for mask in &mut self.masks {
            let random = u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64());
            *mask = match self.z {
                Z::Long => random >> 2 | 1 << 126,
                _ => random >> 2,
            };
        }
        if let Z::Exactly(z) = self.z {
            assert_eq!(self.y[0], 0);
            self.masks[0] = z;
        }
    }

    pub(super) fn first_move(&self, y_bases: &FixedBases, k: &FixedBases) -> Vec<u8> {
        let y = self.y.map(Scalar::from);
        let masks = self.masks.map(Scalar::from_u128);
        let cross = dot(&y, &masks);
        let c_y = k.msm_vartime(&y) + y_bases.msm_vartime(&[self.rho, cross + cross]);
        let t_y = k.msm_vartime(&masks) + y_bases.msm_vartime(&[self.tau, dot(&masks, &masks)]);
        [c_y.to_octets(), t_y.to_octets()].concat()
    }

    pub(super) fn respond(&self, first_move: &[u8], c: &Scalar) -> Option<Vec<u8>> {
        let gamma = gamma(c);
        let mut octets = first_move[..48].to_vec();
        for (i, (y, mask)) in self.y.iter().zip(self.masks).enumerate() {
            let z = gamma * u128::from(*y) + mask;
            let free = match self.z {
                Z::Honest => false,
                Z::Exactly(_) => i == 0,
                Z::Long => z >= 1 << 126,
            };
            if !free && !(1 << 123..1 << 126).contains(&z) {
                return None;
            }
            octets.extend(z.to_be_bytes());
        }
        let gamma = Scalar::from_u128(gamma);
        let t = gamma * gamma * self.s_m + gamma * self.rho + self.tau;
        octets.extend(t.to_octets());
        Some(octets)
    }
}
