//! Names that nobody guesses: 192 random bits each, which stand in addresses.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use glimpse_terminal::rng;
use rand_core::Rng;

const LEN: usize = 24;

/// Such a name. It has no `Debug`: whoever knows it may use it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Handle([u8; LEN]);

impl Handle {
    /// A fresh one.
    pub(crate) fn fresh() -> Self {
        let mut octets = [0; LEN];
        rng().fill_bytes(&mut octets);
        Self(octets)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(&self.0))
    }
}

impl FromStr for Handle {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // A multiple of three octets: one name has one text.
        let octets = from_base64(text).and_then(|octets| octets.try_into().ok());
        octets.map(Self).ok_or(())
    }
}

/// Base64url without padding.
pub(crate) fn base64(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// The same, read.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
