//! The device entry, apart from the wallet's files: in the system's keychain, or in a file under
//! the passphrase where there is none. spec:GL-11-DEVICE

mod entry;
mod file;
mod keychain;
#[cfg(any(test, feature = "test-util"))]
mod memory;

use zeroize::Zeroizing;

pub(super) use entry::{Counter, Device, DeviceEntry};
pub(super) use file::DeviceFile;
pub use keychain::Keychain;
#[cfg(any(test, feature = "test-util"))]
pub use memory::InMemory;

use super::VaultError;

/// By which a keychain names a wallet: random, and no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WalletId(pub [u8; 16]);

/// Something that keeps device entries.
pub trait DeviceStore: Send + Sync {
    /// Whether it keeps strangers out by itself. What it does not guard is sealed under the
    /// passphrase before it gets it.
    fn is_keychain(&self) -> bool;

    /// A wallet's entry; nothing where there is none.
    ///
    /// # Errors
    /// [`VaultError::Keychain`] where it does not answer.
    fn load(&self, wallet: WalletId) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError>;

    /// Keeps an entry in place of the one before.
    ///
    /// # Errors
    /// As [`Self::load`].
    fn store(&self, wallet: WalletId, entry: &[u8]) -> Result<(), VaultError>;

    /// Forgets an entry, where there is one.
    ///
    /// # Errors
    /// As [`Self::load`].
    fn delete(&self, wallet: WalletId) -> Result<(), VaultError>;
}
