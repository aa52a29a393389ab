//! Why the wallet cannot do something, in words that say what to do.

use glimpse_core::credential::{CredentialError, RenewalError};
use glimpse_core::curve::DecodeError;
use glimpse_core::presentation::{ProveError, RequestError, ReviewError};
use glimpse_core::trust::TrustError;

use crate::backup::BackupError;
use crate::online::OnlineError;
use crate::vault::VaultError;

/// Why the wallet cannot do something. No message holds an attribute, key or code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WalletError {
    /// A backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The trust list.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// An offer or credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// A renewal.
    #[error(transparent)]
    Renewal(#[from] RenewalError),
    /// A request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A request that cannot be answered.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// Something over a network.
    #[error(transparent)]
    Online(#[from] OnlineError),
    /// A proof that failed.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The cryptographic bases.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// There is no trust list yet.
    #[error("this wallet has no trust list yet; load one first")]
    NoTrustList,
    /// The offer's issuer is not on the trust list.
    #[error("the issuer of this offer is not on this wallet's trust list")]
    UnknownIssuer,
    /// A manifest that no issuer of the trust list has signed.
    #[error("these renewal files are signed by no issuer on this wallet's trust list")]
    UnknownManifest,
    /// An issuance response that answers nothing this wallet began.
    #[error("this response answers nothing that this wallet has asked for, or it is damaged")]
    NotPending,
}
