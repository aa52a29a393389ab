//! How a trust list is named on a command line, and whom a first one is accepted on.

use anyhow::{Context, Result};
use ed25519_dalek::VerifyingKey;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::Roots;

use crate::{read_document, verifying_key};

/// A trust list and the keys that vouch for a first one.
#[derive(clap::Args)]
pub struct TrustArgs {
    /// The list: a file, a picture of the QR code, or - for standard input
    list: String,
    /// The publisher's key, for a first list; once for each key
    #[arg(long = "root", value_name = "HEX", value_parser = verifying_key)]
    roots: Vec<VerifyingKey>,
    /// How many of these keys must have signed
    #[arg(long, default_value_t = 1)]
    threshold: usize,
}

impl TrustArgs {
    /// The list's octets.
    ///
    /// # Errors
    /// In words.
    pub fn read(&self) -> Result<Vec<u8>> {
        read_document(DocumentKind::TrustList, &self.list)
    }

    /// Says what is missing where a first list is refused and no key was given.
    ///
    /// # Errors
    /// The one given, with a hint.
    pub fn hint<T, E: Into<anyhow::Error>>(&self, first: bool, result: Result<T, E>) -> Result<T> {
        let result = result.map_err(E::into);
        match first && self.roots.is_empty() {
            true => result.context("a first list needs --root, the publisher's key"),
            false => result,
        }
    }

    /// Whom a first list is accepted on.
    pub fn roots(&self) -> Roots {
        Roots {
            list: None,
            keys: self.roots.clone(),
            threshold: self.threshold,
        }
    }
}
