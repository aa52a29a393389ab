//! Randomness that a seed determines, for tests that run without the crate's features.

use glimpse_core::curve::Suite;
use rand_core::{TryCryptoRng, TryRng};

/// A stream of octets: blocks of `expand_message` over the seed and a counter.
pub(crate) struct Stream {
    seed: u64,
    block: u64,
    rest: Vec<u8>,
}

impl Stream {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            block: 0,
            rest: Vec::new(),
        }
    }

    fn octet(&mut self) -> u8 {
        if self.rest.is_empty() {
            self.rest = vec![0; 1024];
            let input = [self.seed.to_be_bytes(), self.block.to_be_bytes()].concat();
            Suite::Sha256.expand_message(&input, b"glimpse integration tests", &mut self.rest);
            self.block += 1;
        }
        self.rest.pop().unwrap()
    }
}

impl TryRng for Stream {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_be_bytes([(); 4].map(|()| self.octet())))
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_be_bytes([(); 8].map(|()| self.octet())))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.iter_mut().for_each(|o| *o = self.octet());
        Ok(())
    }
}

impl TryCryptoRng for Stream {}
