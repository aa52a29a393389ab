//! The demo, and the journeys that cross crates: only this crate sees every role.

pub mod files;
pub mod page;
pub mod refusals;
pub mod showing;
pub mod town;
#[cfg(feature = "window")]
pub mod window;
pub mod world;
