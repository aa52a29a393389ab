//! Opening and closing the wallet, and what goes wrong.

use glimpse_core::credential::CredentialError;
use glimpse_core::presentation::RequestError;
use glimpse_core::sealed::{Cost, SealedError};
use glimpse_terminal::rng;

use super::views::{Fault, FaultCode, Notice, Stage, Status};
use super::{Answer, App, Inner, now};
use crate::vault::VaultError;
use crate::{OnlineError, Wallet, WalletError};

/// Fewest characters.
const MIN_PASSPHRASE: usize = 8;

impl App {
    /// The wallet's state.
    pub fn status(&self) -> Status {
        let mut inner = self.inner();
        let stage = match inner.wallet {
            Some(_) => Stage::Open,
            None if Wallet::exists(&self.home.folder) => Stage::Locked,
            None => Stage::New,
        };
        Status {
            stage,
            wait: 0,
            wrong: 0,
            keychain: false,
            notices: inner.notices(),
            lock_after: 5,
            link_waits: inner.link.is_some(),
        }
    }

    /// Makes a new wallet and opens it.
    ///
    /// # Errors
    /// [`FaultCode::WeakPin`], [`FaultCode::Exists`].
    pub fn create(&self, pin: &str) -> Answer<Status> {
        if pin.chars().count() < MIN_PASSPHRASE {
            return Err(FaultCode::WeakPin.into());
        }
        let mut wallet = Wallet::create(
            &self.home.folder,
            pin.as_bytes(),
            Cost::STANDARD,
            &mut rng(),
        )?;
        self.take_own_list(&mut wallet);
        self.inner().wallet = Some(wallet);
        Ok(self.status())
    }

    /// Opens the wallet.
    ///
    /// # Errors
    /// [`FaultCode::WrongPin`], [`FaultCode::Wait`], [`FaultCode::Elsewhere`], [`FaultCode::Damaged`].
    pub fn unlock(&self, pin: &str) -> Answer<Status> {
        let mut wallet = Wallet::open(&self.home.folder, pin.as_bytes())?;
        self.take_own_list(&mut wallet);
        self.inner().wallet = Some(wallet);
        Ok(self.status())
    }

    /// Closes the wallet; what was on the screen is dropped.
    pub fn lock(&self) -> Status {
        let language = std::mem::take(&mut self.inner().language);
        *self.inner() = Inner {
            language,
            ..Inner::default()
        };
        self.status()
    }

    /// Changes the PIN.
    ///
    /// # Errors
    /// [`FaultCode::WrongPin`], [`FaultCode::WeakPin`].
    pub fn change_pin(&self, _old: &str, new: &str) -> Answer<()> {
        if new.chars().count() < MIN_PASSPHRASE {
            return Err(FaultCode::WeakPin.into());
        }
        let mut inner = self.inner();
        let wallet = inner.wallet()?;
        Ok(wallet.change_passphrase(new.as_bytes(), Cost::STANDARD, &mut rng())?)
    }
}

impl Inner {
    fn notices(&mut self) -> Vec<Notice> {
        let (Some(wallet), Ok(now)) = (&self.wallet, now()) else {
            return Vec::new();
        };
        match wallet.trusted(now) {
            Ok(_) => Vec::new(),
            Err(WalletError::NoTrustList) => vec![Notice::NoTrustList],
            Err(_) => vec![Notice::TrustListOver],
        }
    }
}

impl<E: Into<WalletError>> From<E> for Fault {
    fn from(error: E) -> Self {
        let error = error.into();
        Self {
            detail: Some(error.to_string()),
            ..Self::new(code(&error))
        }
    }
}

fn code(error: &WalletError) -> FaultCode {
    match error {
        WalletError::Vault(error) => match error {
            VaultError::Exists => FaultCode::Exists,
            VaultError::Missing => FaultCode::Missing,
            VaultError::InUse => FaultCode::Elsewhere,
            VaultError::Device(SealedError::Passphrase) => FaultCode::WrongPin,
            VaultError::Full => FaultCode::Full,
            VaultError::Device(_) | VaultError::Damaged(_) => FaultCode::Damaged,
            _ => FaultCode::Other,
        },
        WalletError::Trust(_) | WalletError::UnknownManifest => FaultCode::TrustList,
        WalletError::Credential(CredentialError::Expired) => FaultCode::OfferOver,
        WalletError::Credential(_) | WalletError::Renewal(_) => FaultCode::Refused,
        WalletError::Request(RequestError::Time) => FaultCode::Expired,
        WalletError::Request(_) => FaultCode::Forged,
        WalletError::Review(_) => FaultCode::CannotAnswer,
        WalletError::NoTrustList => FaultCode::NoTrustList,
        WalletError::UnknownIssuer => FaultCode::UnknownIssuer,
        WalletError::NotPending => FaultCode::NotPending,
        WalletError::Online(error) => match error {
            OnlineError::Offline => FaultCode::Offline,
            OnlineError::OtherSide(_) => FaultCode::OtherSide,
            OnlineError::WrongCode => FaultCode::WrongCode,
            OnlineError::OfferOver => FaultCode::OfferOver,
            OnlineError::Refused => FaultCode::Refused,
            OnlineError::Unreadable => FaultCode::Unreadable,
            OnlineError::Forged(_) => FaultCode::Forged,
        },
        _ => FaultCode::Other,
    }
}
