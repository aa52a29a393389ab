//! The service as its clients see it, over HTTP on this machine. One program with a module for each
//! area, since linking takes longer than running.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may take what they know is there"
)]

#[allow(unreachable_pub, reason = "other test programs include it as well")]
#[path = "../support/holders.rs"]
mod holders;
#[path = "../../../core/tests/support/node.rs"]
mod node;
#[allow(unreachable_pub, reason = "other test programs include it as well")]
#[path = "../support/postgres.rs"]
mod postgres;
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each area uses some of it, as other test programs do"
)]
#[path = "../support/service.rs"]
mod service;

mod account;
mod imports;
mod limits;
mod openid4vci;
mod page;
mod program;
mod renewals;
mod residents;
mod revocations;
mod schemas;
mod staff;
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each area uses some of it, as other test programs do"
)]
#[path = "../support/wallet.rs"]
mod wallet;
