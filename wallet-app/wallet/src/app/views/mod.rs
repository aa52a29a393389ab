//! What the screens get: everything that a command answers, as JSON. The TypeScript of each type is
//! generated from here into `wallet-app/ui/src/bindings/` by the tests; a stale one fails them.
//!
//! Days are texts as in "1990-05-31", moments are seconds since 1970-01-01T00:00:00Z. `Texts` are by
//! language. Nothing here is a secret; attribute values are in cards and reviews alone.

#[cfg(test)]
mod bindings;
mod cards;
mod receiving;
mod showing;
mod status;

pub use cards::*;
pub use receiving::*;
pub use showing::*;
pub use status::*;

use glimpse_core::ids::EpochDay;

/// A text by language.
pub type Texts = std::collections::BTreeMap<String, String>;

/// A day as in "1990-05-31".
pub(crate) fn day(day: EpochDay) -> String {
    let date = time::OffsetDateTime::from_unix_timestamp(i64::from(day.0) * 86_400);
    date.map(|d| d.date().to_string()).unwrap_or_default()
}
