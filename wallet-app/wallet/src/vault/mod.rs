//! Where the wallet keeps things: identity, transactions and device apart, each with its own key.
//!
//! | file | holds | key |
//! |---|---|---|
//! | `device.key` | the device scalar and the vault secret | sealed under the passphrase |
//! | `identity.db` | credentials, issuances under way, the trust list | from the vault secret |
//! | `transactions.db` | the resident's own history | from the vault secret |
//! | `wallet.lock` | nothing; held by the one open instance | |
//!
//! Whoever has the databases without `device.key` has noise; whoever has `device.key` needs the
//! passphrase, and then knows nothing of the person. Changing the passphrase rewrites `device.key`
//! alone, in one atomic step.

mod asks;
mod database;
mod device_file;
mod moments;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::sealed::{Cost, SealedError};
use rand_core::CryptoRng;

pub(crate) use asks::{Ask, NewAsk, Stage};
pub use database::{HistoryEntry, Question};
pub(crate) use database::{Identity, Transactions};
use device_file::DeviceFile;

/// Why the vault does not open or does not take something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is a wallet in this folder already.
    #[error("there is a wallet in this folder already")]
    Exists,
    /// There is no wallet in this folder.
    #[error("there is no wallet in this folder; create one with `init`")]
    Missing,
    /// Another instance has the wallet open.
    #[error("the wallet is open in another window; close it there first")]
    InUse,
    /// `device.key` does not open.
    #[error("the wallet's device key: {0}")]
    Device(#[from] SealedError),
    /// A database is not what its key opens: cut short, overwritten or of another wallet.
    #[error("{0} is damaged or belongs to another wallet; restore it from a copy")]
    Damaged(&'static str),
    /// The disk is full. What was stored before is unharmed.
    #[error("the disk is full; nothing was changed. Free some space and try again")]
    Full,
    /// A database operation failed. What was stored before is unharmed.
    #[error("the wallet's database: {0}")]
    Database(rusqlite::Error),
    /// A file cannot be read or written.
    #[error("{what}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            Self::Full
        } else {
            Self::Database(error)
        }
    }
}

/// An open vault.
pub(crate) struct Vault {
    folder: PathBuf,
    file: DeviceFile,
    pub(crate) identity: Identity,
    pub(crate) transactions: Transactions,
    /// Held as long as the vault is open.
    _lock: File,
}

impl Vault {
    pub(crate) fn create(
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, VaultError> {
        let file = |what| move |source| VaultError::File { what, source };
        glimpse_terminal::create_private_folder(folder)
            .map_err(file("creating the wallet's folder"))?;
        let lock = lock(folder)?;
        if DeviceFile::path(folder).exists() {
            return Err(VaultError::Exists);
        }
        let device = DeviceFile::generate(rng);
        device.write(folder, passphrase, cost, rng)?;
        Self::with(folder, device, lock)
    }

    pub(crate) fn exists(folder: &Path) -> bool {
        DeviceFile::path(folder).exists()
    }

    pub(crate) fn open(folder: &Path, passphrase: &[u8]) -> Result<Self, VaultError> {
        if !Self::exists(folder) {
            return Err(VaultError::Missing);
        }
        let lock = lock(folder)?;
        Self::with(folder, DeviceFile::read(folder, passphrase)?, lock)
    }

    fn with(folder: &Path, file: DeviceFile, lock: File) -> Result<Self, VaultError> {
        let identity = Identity::open(&folder.join("identity.db"), &file.key(b"identity"))?;
        let transactions =
            Transactions::open(&folder.join("transactions.db"), &file.key(b"transactions"))?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            identity,
            transactions,
            _lock: lock,
        })
    }

    pub(crate) fn change_passphrase(
        &self,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), VaultError> {
        self.file.write(&self.folder, passphrase, cost, rng)
    }

    pub(crate) fn device(&self) -> &SoftwareDevice {
        &self.file.device
    }
}

fn lock(folder: &Path) -> Result<File, VaultError> {
    let file = |source| VaultError::File {
        what: "locking the wallet",
        source,
    };
    let lock = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(folder.join("wallet.lock"))
        .map_err(file)?;
    // A child that this program has just started holds a copy of the file until it executes.
    for last in [false, false, true] {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if last => {}
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::Error(source)) => return Err(file(source)),
        }
    }
    Err(VaultError::InUse)
}
