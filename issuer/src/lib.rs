//! The issuing office: its keys in a sealed file, its records in SQLite or PostgreSQL, and what it
//! does with both: offer, issue, revoke, renew; on the command line and as a service with a page.

pub mod cli;
pub mod ids;
pub mod import;
pub mod invitation;
pub mod json;
mod keys;
pub mod letter;
mod office;
pub mod qr;
pub mod records;
pub mod renewal;
pub mod residents;
pub mod revocation;
pub mod schemas;
pub mod service;
pub mod staff;
pub mod store;
mod words;

pub use keys::{KeyError, KeyState, OfficeKeys, Window};
pub use office::{KeyReport, Office, OfficeError};
pub use records::holders::HolderStatus;
