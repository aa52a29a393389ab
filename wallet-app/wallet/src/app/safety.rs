//! Opening and closing the wallet, and what goes wrong.

use glimpse_core::credential::CredentialError;
use glimpse_core::presentation::RequestError;
use glimpse_terminal::rng;

use super::views::{Fault, FaultCode, Notice, Settings, Stage, Status};
use super::{Answer, App, Inner, moment, now};
use crate::vault::{Moment, VaultError};
use crate::{OnlineError, Wallet, WalletError};

/// Longest time without a touch, in minutes.
const MOST_MINUTES: u32 = 30;

impl App {
    /// The wallet's state.
    pub fn status(&self) -> Status {
        let place = self.home.place();
        let mut inner = self.inner();
        let standing = match (&inner.wallet, moment()) {
            (None, Ok(now)) if Wallet::exists(&place.folder) => {
                Some(Wallet::standing(&place, &now))
            }
            _ => None,
        };
        let is_lost = matches!(
            standing,
            Some(Err(WalletError::Vault(VaultError::DeviceKeyLost)))
        );
        let standing = standing.and_then(Result::ok);
        let stage = match &inner.wallet {
            Some(_) => Stage::Open,
            None if standing.is_some_and(|s| s.is_elsewhere) => Stage::Elsewhere,
            None if is_lost => Stage::Lost,
            None if Wallet::exists(&place.folder) => Stage::Locked,
            None => Stage::New,
        };
        let keychain = match (&inner.wallet, standing) {
            (Some(wallet), _) => wallet.vault.in_keychain(),
            (None, Some(standing)) => standing.in_keychain,
            (None, None) => place.has_keychain(),
        };
        Status {
            stage,
            wait: standing.map_or(0, |s| s.wait),
            wrong: standing.map_or(0, |s| s.wrong),
            keychain,
            notices: inner.notices(),
            lock_after: inner.settings().lock_after,
            link_waits: inner.link.is_some(),
        }
    }

    /// Makes a new wallet and opens it.
    ///
    /// # Errors
    /// [`FaultCode::WeakPin`], [`FaultCode::Exists`].
    pub fn create(&self, pin: &str) -> Answer<Status> {
        let (home, now) = (&self.home, moment()?);
        let mut inner = self.inner();
        let wallet = Wallet::create(&home.place(), pin.as_bytes(), home.cost(), &mut rng())?;
        self.opened(&mut inner, wallet, now);
        drop(inner);
        Ok(self.status())
    }

    /// Opens the wallet.
    ///
    /// # Errors
    /// [`FaultCode::WrongPin`], [`FaultCode::Wait`], [`FaultCode::Elsewhere`], [`FaultCode::Damaged`],
    /// [`FaultCode::Keychain`], [`FaultCode::DeviceKeyLost`], [`FaultCode::OldKeys`].
    pub fn unlock(&self, pin: &str) -> Answer<Status> {
        let now = moment()?;
        let mut inner = self.inner();
        if inner.wallet.is_none() {
            let wallet = Wallet::open(&self.home.place(), pin.as_bytes(), &now)?;
            self.opened(&mut inner, wallet, now);
        }
        drop(inner);
        Ok(self.status())
    }

    pub(super) fn opened(&self, inner: &mut Inner, mut wallet: Wallet, now: Moment) {
        self.take_own_list(&mut wallet);
        inner.wallet = Some(wallet);
        inner.touched = Some(now);
    }

    /// Closes the wallet; what was on the screen is dropped.
    pub fn lock(&self) -> Status {
        self.inner().lock();
        self.status()
    }

    /// Notes that somebody is there.
    pub fn touch(&self) {
        if let Ok(now) = moment() {
            self.inner().touched = Some(now);
        }
    }

    /// Closes the wallet where nobody has touched it for as long as the settings say; whether it did.
    pub fn idle(&self, now: Moment) -> bool {
        // What an office gives once must find the wallet open.
        let Ok(_asking) = self.asking.try_lock() else {
            return false;
        };
        let mut inner = self.inner();
        let after = u64::from(inner.settings().lock_after) * 60;
        let idle = inner.touched.map(|touched| now.idle_since(&touched));
        let lock = inner.wallet.is_some() && idle.is_some_and(|idle| idle >= after);
        if lock {
            inner.lock();
        }
        lock
    }

    /// Changes the PIN.
    ///
    /// # Errors
    /// [`FaultCode::WrongPin`], [`FaultCode::Wait`], [`FaultCode::WeakPin`].
    pub fn change_pin(&self, old: &str, new: &str) -> Answer<()> {
        let (now, cost) = (moment()?, self.home.cost());
        let pins = (old.as_bytes(), new.as_bytes());
        let mut inner = self.inner();
        Ok(inner.wallet()?.change_pin(pins, cost, &now, &mut rng())?)
    }

    /// Destroys the wallet, open or closed.
    ///
    /// # Errors
    /// [`FaultCode::WrongPin`], [`FaultCode::Wait`].
    pub fn erase(&self, pin: &str) -> Answer<Status> {
        let now = moment()?;
        let mut inner = self.inner();
        let wallet = match inner.wallet.take() {
            Some(wallet) => wallet,
            None => Wallet::open(&self.home.place(), pin.as_bytes(), &now)?,
        };
        match wallet.erase(pin.as_bytes(), &now) {
            Ok(()) => {
                inner.lock();
                self.forget_errands();
            }
            Err((error, wallet)) => {
                inner.wallet = wallet.map(|wallet| *wallet);
                return Err(error.into());
            }
        }
        drop(inner);
        Ok(self.status())
    }

    /// What the holder has set.
    ///
    /// # Errors
    /// [`FaultCode::Locked`].
    pub fn settings(&self) -> Answer<Settings> {
        Ok(self.inner().wallet()?.settings()?)
    }

    /// Sets it; minutes beyond 1 to 30 become the nearest of those.
    ///
    /// # Errors
    /// [`FaultCode::Locked`], [`FaultCode::Full`].
    pub fn set_settings(&self, settings: Settings) -> Answer<()> {
        let lock_after = settings.lock_after.clamp(1, MOST_MINUTES);
        let settings = Settings {
            lock_after,
            ..settings
        };
        Ok(self.inner().wallet()?.set_settings(&settings)?)
    }
}

impl Inner {
    fn lock(&mut self) {
        let language = std::mem::take(&mut self.language);
        *self = Self {
            language,
            // A screen of before must not name a step of after.
            number: self.number,
            ..Self::default()
        };
    }

    fn settings(&self) -> Settings {
        let read = self.wallet.as_ref().and_then(|w| w.settings().ok());
        read.unwrap_or_default()
    }

    fn notices(&mut self) -> Vec<Notice> {
        let (Some(wallet), Ok(now)) = (&self.wallet, now()) else {
            return Vec::new();
        };
        let trust = match wallet.trusted(now) {
            Ok(_) => None,
            Err(WalletError::NoTrustList) => Some(Notice::NoTrustList),
            Err(_) => Some(Notice::TrustListOver),
        };
        let facts = || wallet.held.iter().map(|held| &held.facts);
        let said = [
            (wallet.vault.is_rolled_back, Notice::RolledBack),
            (facts().any(|f| f.rebind), Notice::Rebind),
            (facts().any(|f| !f.backed_up), Notice::NoBackup),
        ];
        let said = said
            .into_iter()
            .filter_map(|(is, notice)| is.then_some(notice));
        said.chain(trust).collect()
    }
}

impl<E: Into<WalletError>> From<E> for Fault {
    fn from(error: E) -> Self {
        let error = error.into();
        Self {
            detail: Some(error.to_string()),
            wait: match &error {
                WalletError::Vault(VaultError::WrongPin { wait } | VaultError::Wait(wait)) => {
                    Some(*wait)
                }
                _ => None,
            },
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
            VaultError::WrongPin { .. } => FaultCode::WrongPin,
            VaultError::Wait(_) => FaultCode::Wait,
            VaultError::WeakPin => FaultCode::WeakPin,
            VaultError::Keychain(_) => FaultCode::Keychain,
            VaultError::DeviceKeyLost => FaultCode::DeviceKeyLost,
            VaultError::OldKeys => FaultCode::OldKeys,
            VaultError::Full => FaultCode::Full,
            VaultError::Device(_) | VaultError::Damaged(_) => FaultCode::Damaged,
            _ => FaultCode::Other,
        },
        WalletError::Backup(_) => FaultCode::Backup,
        WalletError::Trust(_) | WalletError::UnknownManifest => FaultCode::TrustList,
        WalletError::Credential(CredentialError::Expired) => FaultCode::OfferOver,
        WalletError::Credential(_) | WalletError::Renewal(_) => FaultCode::Refused,
        WalletError::Request(RequestError::Time) => FaultCode::Expired,
        WalletError::Request(RequestError::ForSite) => FaultCode::ForSite,
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
