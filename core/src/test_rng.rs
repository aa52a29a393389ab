//! Repeatable randomness for tests and vectors: never for anything real.

use core::convert::Infallible;

use rand_core::utils::next_word_via_fill;
use rand_core::{TryCryptoRng, TryRng};

use crate::curve::Suite;

/// A stream that a seed determines.
pub struct TestRng {
    seed: u64,
    block: u64,
    rest: Vec<u8>,
}

impl TestRng {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            block: 0,
            rest: Vec::new(),
        }
    }
}

impl TryRng for TestRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for octet in out {
            if self.rest.is_empty() {
                self.rest = vec![0; 1024];
                let input = [self.seed.to_be_bytes(), self.block.to_be_bytes()].concat();
                Suite::Sha256.expand_message(&input, b"glimpse test rng", &mut self.rest);
                self.block += 1;
            }
            *octet = self.rest.pop().unwrap_or_default();
        }
        Ok(())
    }
}

impl TryCryptoRng for TestRng {}
