//! The names of the office's own records: random octets, written as lower-case hexadecimal.

use std::fmt;
use std::str::FromStr;

use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;

use crate::store::Cell;

/// A text that names no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no id")]
pub struct NoId;

/// A record's name of 16 random octets.
macro_rules! record_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// A fresh one.
            pub fn random(rng: &mut dyn CryptoRng) -> Self {
                let mut octets = [0; 16];
                rng.fill_bytes(&mut octets);
                Self(octets)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }

        impl FromStr for $name {
            type Err = NoId;

            fn from_str(text: &str) -> Result<Self, NoId> {
                glimpse_terminal::hex(text).map(Self).map_err(|_| NoId)
            }
        }

        impl From<$name> for Cell {
            fn from(id: $name) -> Self {
                Self::Octets(id.0.to_vec())
            }
        }
    };
}

record_id!(
    /// A resident's record for one schema.
    ResidentId
);

impl ResidentId {
    /// A fresh one that begins with the time: records that are made together stand together in the
    /// database's trees, so that an import writes few pages of them. spec:GL-10-RESIDENT
    pub fn at(now: UnixTime, rng: &mut dyn CryptoRng) -> Self {
        let mut id = Self::random(rng);
        let (time, [_, _, octets @ ..]) = (id.0.first_chunk_mut::<6>(), now.0.to_be_bytes());
        if let Some(time) = time {
            *time = octets;
        }
        id
    }
}
record_id!(
    /// An import of a spreadsheet.
    ImportId
);
record_id!(
    /// A request to revoke a credential.
    RevocationId
);
record_id!(
    /// An invitation to fetch a credential online.
    InvitationId
);
record_id!(
    /// An accepted credential request; its transaction and its notification go by it.
    IssuanceId
);
