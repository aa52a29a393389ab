//! Nonces that need no record until they are used: random octets and an end, under a tag that only
//! this office can make. spec:GL-8-ONCE

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;

use super::{Refusal, after, encode};
use crate::Office;
use crate::keys::{OfficeKeys, Purpose};

/// Seconds that a nonce lives.
const LIFE: u64 = 300;

/// A nonce that this office made and whose time is not over. It may have been used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nonce {
    /// What is random of it, by which its use is recorded.
    pub(super) random: [u8; 16],
    /// When it ends.
    pub(super) expires: UnixTime,
}

fn tag(keys: &OfficeKeys, random: &[u8; 16], expires: u64) -> [u8; 32] {
    let input = [random.as_slice(), &expires.to_be_bytes()].concat();
    keys.tag(Purpose::Nonce, &input)
}

impl Nonce {
    pub(super) fn read(keys: &OfficeKeys, text: &str, now: UnixTime) -> Result<Self, Refusal> {
        let octets = BASE64_URL_SAFE_NO_PAD.decode(text);
        let octets = octets.map_err(|_| Refusal::Nonce)?;
        let read = || {
            let (random, rest) = octets.split_first_chunk::<16>()?;
            let (expires, claimed) = rest.split_first_chunk::<8>()?;
            Some((*random, u64::from_be_bytes(*expires), claimed))
        };
        let (random, expires, claimed) = read().ok_or(Refusal::Nonce)?;
        let known = bool::from(claimed.ct_eq(&tag(keys, &random, expires)));
        if known && now.0 <= expires {
            Ok(Self {
                random,
                expires: UnixTime(expires),
            })
        } else {
            Err(Refusal::Nonce)
        }
    }
}

impl Office {
    /// A fresh nonce.
    pub fn nonce(&self, now: UnixTime, rng: &mut dyn CryptoRng) -> String {
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        let expires = after(now, LIFE).0;
        let tag = tag(&self.keys, &random, expires);
        encode(&[random.as_slice(), &expires.to_be_bytes(), &tag].concat())
    }
}
