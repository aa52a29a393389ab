//! Where a wallet's files are, and what keeps its device entry.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::VaultError;
use super::device::{DeviceFile, DeviceStore, Keychain};

/// Where a wallet is kept.
#[derive(Clone)]
pub struct Place {
    /// The folder of its files.
    pub folder: PathBuf,
    /// What keeps its device entry.
    pub devices: Devices,
}

/// What keeps a wallet's device entry.
#[derive(Clone, Default)]
pub enum Devices {
    /// The system's keychain; a file where none answers.
    #[default]
    KeychainOrFile,
    /// A file in the wallet's folder, sealed under the passphrase.
    File,
    /// This one.
    Given(Arc<dyn DeviceStore>),
}

impl Place {
    /// A wallet whose device entry is a file beside the others.
    pub fn with_file(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            devices: Devices::File,
        }
    }

    /// Whether a new wallet's device entry would be in a keychain.
    pub fn has_keychain(&self) -> bool {
        self.new_store().is_keychain()
    }

    /// The store for a new wallet.
    pub(super) fn new_store(&self) -> Arc<dyn DeviceStore> {
        match &self.devices {
            Devices::Given(store) => store.clone(),
            Devices::KeychainOrFile if Keychain::answers() => Arc::new(Keychain),
            _ => Arc::new(DeviceFile::new(&self.folder)),
        }
    }

    /// The store of a wallet that says whether a keychain has its entry.
    pub(super) fn store(&self, in_keychain: bool) -> Result<Arc<dyn DeviceStore>, VaultError> {
        Ok(match &self.devices {
            _ if !in_keychain => Arc::new(DeviceFile::new(&self.folder)),
            Devices::Given(store) if store.is_keychain() => store.clone(),
            _ => Arc::new(Keychain),
        })
    }
}
