//! The service over HTTP: sites, browsers and wallets of its own, and whoever else comes. One program
//! with a module for each area, since linking takes longer than running.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

mod browser;
mod hostile;
mod limits;
mod operate;
mod page;
mod peers;
mod refused;
mod relay;
mod stage;
mod token;
mod visit;
