//! The system's keychain: Secret Service on Linux, Keychain Services on macOS, the Credential
//! Manager on Windows.

use std::sync::OnceLock;

use glimpse_terminal::to_hex;
use keyring::v1::{Entry, Error};
use zeroize::Zeroizing;

use super::{DeviceStore, WalletId};
use crate::vault::VaultError;

const SERVICE: &str = "city.glimpse.wallet";

/// The system's keychain.
pub struct Keychain;

impl Keychain {
    /// Whether there is one that answers; asked once, for it may take a moment.
    pub fn answers() -> bool {
        static ANSWERS: OnceLock<bool> = OnceLock::new();
        *ANSWERS.get_or_init(|| {
            let asked = Entry::new(SERVICE, "nobody").and_then(|entry| entry.get_secret());
            matches!(asked, Ok(_) | Err(Error::NoEntry))
        })
    }
}

/// What the platform says holds no secret; the variants that carry one do not print it.
fn failed(error: Error) -> VaultError {
    VaultError::Keychain(error.to_string())
}

fn entry(wallet: WalletId) -> Result<Entry, VaultError> {
    Entry::new(SERVICE, &to_hex(&wallet.0)).map_err(failed)
}

impl DeviceStore for Keychain {
    fn is_keychain(&self) -> bool {
        true
    }

    fn load(&self, wallet: WalletId) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        match entry(wallet)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn store(&self, wallet: WalletId, octets: &[u8]) -> Result<(), VaultError> {
        entry(wallet)?.set_secret(octets).map_err(failed)
    }

    fn delete(&self, wallet: WalletId) -> Result<(), VaultError> {
        match entry(wallet)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}
