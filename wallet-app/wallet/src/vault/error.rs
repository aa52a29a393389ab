//! Why the vault does not open or does not take something.

use glimpse_core::sealed::SealedError;

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
    /// A key file does not open.
    #[error("the wallet's keys: {0}")]
    Device(#[from] SealedError),
    /// The PIN or passphrase is wrong.
    #[error("the PIN or passphrase is wrong, or the wallet's keys were changed")]
    WrongPin {
        /// Seconds until it may be tried again.
        wait: u32,
    },
    /// There were too many wrong ones.
    #[error("too many wrong tries; wait {0} seconds before the next")]
    Wait(u32),
    /// The PIN or passphrase is too short or among the first that are tried.
    #[error("that is too easy to guess; take a longer one without a pattern")]
    WeakPin,
    /// `vault.key` is of before the last change of the PIN.
    #[error("the wallet's keys are of before the PIN was changed; put the newest files back")]
    OldKeys,
    /// The system's keychain does not answer.
    #[error("the system's keychain does not answer; unlock it and try again: {0}")]
    Keychain(String),
    /// The device entry is gone from where it was kept.
    #[error("this device has lost the wallet's device key; restore from the backup")]
    DeviceKeyLost,
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

/// A file operation's error.
pub(crate) fn file_error(what: &'static str) -> impl FnOnce(std::io::Error) -> VaultError {
    move |source| match source.kind() {
        std::io::ErrorKind::StorageFull => VaultError::Full,
        _ => VaultError::File { what, source },
    }
}
