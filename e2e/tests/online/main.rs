//! What the wallet does over a network, against the real office and hostile servers. One program with
//! a module for each area, since linking takes longer than running.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

mod between;
#[path = "../../../verifier/service/tests/http/browser.rs"]
mod browser;
#[path = "../../../issuer/tests/support/holders.rs"]
mod holders;
mod hostile;
mod receive;
mod renew;
mod revoke;
mod service;
mod shop;
mod show;
mod support;
