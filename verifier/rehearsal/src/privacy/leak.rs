//! Wallets that leak, for the measurement to find: each is the real one with one thing spoilt around
//! it. They are nowhere but here.

use std::convert::Infallible;

use glimpse_core::ids::UnixTime;
use rand_core::utils::next_word_via_fill;
use rand_core::{CryptoRng, Rng, TryCryptoRng, TryRng};

use crate::{Resident, rng};

/// What is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// Nothing: the wallet as it is.
    None,
    /// The first random octets of every presentation are the card's own: blinding factors are used
    /// again. One of them alone would not show: a point is blinded by two.
    Reuse,
    /// One octet more for some cards.
    Length,
    /// One octet of each proof is the card's own, from its signature.
    Octet,
}

impl Leak {
    pub(super) fn answer(self, who: &Resident, request: &[u8], now: UnixTime) -> Vec<u8> {
        let answer =
            |rng: &mut dyn CryptoRng| who.answer(request, now, rng).expect("she is of age");
        let cards = who.cards.iter().map(|(issued, _)| &issued.credential);
        let signature = cards.map(|card| card.signature).next().expect("a card");
        match self {
            Self::None => answer(&mut rng()),
            Self::Reuse => answer(&mut Replayed::new(&signature)),
            Self::Length => {
                let mut octets = answer(&mut rng());
                let mark = signature.last().copied().unwrap_or_default() % 2;
                octets.extend(std::iter::repeat_n(mark, mark.into()));
                octets
            }
            Self::Octet => {
                let mut octets = answer(&mut rng());
                let place = octets.len() - 100;
                if let (Some(octet), Some(own)) = (octets.get_mut(place), signature.last()) {
                    *octet = *own;
                }
                octets
            }
        }
    }
}

/// Randomness that begins the same way for a card, each time: with its signature, four times over, so
/// that several scalars are drawn from it.
struct Replayed(Vec<u8>);

impl Replayed {
    fn new(signature: &[u8]) -> Self {
        Self(signature.repeat(4))
    }
}

impl TryRng for Replayed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        if out.len() > self.0.len() {
            self.0.clear();
            rng().fill_bytes(out);
        } else {
            let taken = self.0.drain(..out.len());
            out.iter_mut()
                .zip(taken)
                .for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

impl TryCryptoRng for Replayed {}
