//! The resident's wallet, without screens: receive, list, review, answer, renew.
//!
//! | module | what |
//! |---|---|
//! | [`wallet`] | an open wallet: trust list and credentials |
//! | `issuance`, `renewal`, `showing` | what one does with it |
//! | `online` | the same over a network |
//! | [`backup`] | what it holds, in a file that words open |
//! | [`vault`] | where it keeps things |
//! | [`app`] | the same as commands for screens, JSON in and out |
//! | [`cli`] | the same as a command line |

pub mod app;
pub mod backup;
pub mod cli;
mod error;
mod issuance;
mod online;
mod renewal;
mod showing;
pub mod vault;
pub mod wallet;

pub use error::WalletError;
pub use online::OnlineError;
pub use renewal::Renewed;
pub use showing::Way;
pub use wallet::{Summary, Wallet};
