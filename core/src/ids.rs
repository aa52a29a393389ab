//! The identifiers and small values that cross public boundaries, each its own type.

use sha2::{Digest, Sha256};

/// An identifier of `N` octets that is not secret.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in octets.
            pub const LEN: usize = $len;
        }

        impl TryFrom<&[u8]> for $name {
            type Error = core::array::TryFromSliceError;

            fn try_from(octets: &[u8]) -> Result<Self, Self::Error> {
                octets.try_into().map(Self)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    };
}

id!(
    /// An issuing office. It stays the same when the office's keys rotate.
    IssuerId, 16
);
id!(
    /// A verifier, as registered in a trust list.
    VerifierId, 16
);
id!(
    /// A schema: SHA-256 of the schema document's octets.
    SchemaId, 32
);
id!(
    /// A BBS public key: the first eight octets of its SHA-256.
    KeyId, 8
);
id!(
    /// The fresh value of a request.
    Nonce, 16
);
id!(
    /// An issuer's random reference to one issued credential; never shown to a verifier.
    Handle, 8
);

impl SchemaId {
    /// The id of the schema document with these octets.
    pub fn of(document: &[u8]) -> Self {
        Self(Sha256::digest(document).into())
    }
}

/// Where a site is: scheme, host and port, such as `https://shop.example`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// The longest host name, with its scheme and port.
    pub const MAX: usize = 267;

    /// Reads the form of RFC 6454, 6.2: `http` or `https`, the host in ASCII and lower case, the port where it
    /// is not the usual one, and no path. Whether it is reached without TLS is the wallet's to judge.
    /// spec:GL-6-REQUEST
    pub fn parse(text: &str) -> Option<Self> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let of_host = |octet: u8| {
            octet.is_ascii_lowercase() || octet.is_ascii_digit() || b".-_:[]".contains(&octet)
        };
        let plain = !host.is_empty() && host.bytes().all(of_host);
        (plain && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for Origin {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A day, counted from 1970-01-01 (UTC). Credentials are renewed by epoch day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochDay(pub u32);

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// The UTC day this moment falls in; saturates far beyond any calendar in use.
    pub fn epoch_day(self) -> EpochDay {
        EpochDay(u32::try_from(self.0 / 86_400).unwrap_or(u32::MAX))
    }
}
