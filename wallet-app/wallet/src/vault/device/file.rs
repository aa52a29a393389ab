//! `device.key`: the device entry where no keychain answers, sealed under the passphrase.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{DeviceStore, WalletId};
use crate::vault::{VaultError, file_error, write};

/// A device entry in a file. Its folder has one wallet.
pub(in crate::vault) struct DeviceFile(PathBuf);

impl DeviceFile {
    pub(in crate::vault) const NAME: &str = "device.key";

    pub(in crate::vault) fn new(folder: &Path) -> Self {
        Self(folder.join(Self::NAME))
    }
}

impl DeviceStore for DeviceFile {
    fn is_keychain(&self) -> bool {
        false
    }

    fn load(&self, _: WalletId) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        match std::fs::read(&self.0) {
            Ok(sealed) => Ok(Some(Zeroizing::new(sealed))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file_error("reading the wallet's device key")(error)),
        }
    }

    fn store(&self, _: WalletId, sealed: &[u8]) -> Result<(), VaultError> {
        write(&self.0, sealed, "writing the wallet's device key")
    }

    fn delete(&self, _: WalletId) -> Result<(), VaultError> {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(file_error("deleting the wallet's device key")(error))
            }
            _ => Ok(()),
        }
    }
}
