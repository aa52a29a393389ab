//! Where the wallet keeps things: identity, transactions and device apart, each with its own key.
//! spec:GL-11
//!
//! | file | holds | key |
//! |---|---|---|
//! | `vault.key` | the vault secret | from the PIN and the device secret together |
//! | `identity.db` | credentials, issuances under way, the trust list, settings | from the vault secret |
//! | `transactions.db` | the resident's own history | from the vault secret |
//! | `attempts` | how often the PIN was wrong | tagged under a key from the device secret |
//! | `wallet.lock` | nothing; held by the one open instance | |
//! | keychain, else `device.key` | the device secret, the sealed device scalar | the system's; else the passphrase |
//!
//! Whoever has the files without the keychain has noise, whatever the PIN; whoever has the keychain
//! as well must try PINs at the cost of Argon2id. Changing the PIN rewrites one file in one atomic
//! step.

mod attempts;
mod database;
mod device;
mod error;
mod keys;
mod moment;
mod pin;
mod place;
mod seal;
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::curve::SecretScalar;
use glimpse_core::sealed::{Cost, SealedError};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use attempts::Attempts;
pub(crate) use database::{Ask, Facts, Identity, NewAsk, Stage, Transactions};
pub use database::{HistoryEntry, Question};
#[cfg(any(test, feature = "test-util"))]
pub use device::InMemory;
use device::{Counter, Device, DeviceEntry, DeviceFile};
pub use device::{DeviceStore, Keychain, WalletId};
pub use error::VaultError;
pub(crate) use error::file_error;
use keys::KeyFile;
pub use moment::Moment;
pub use pin::calibrated;
pub use place::{Devices, Place};
use seal::{Secret, derive, random};

/// An open vault.
pub(crate) struct Vault {
    place: Place,
    device: Arc<Device>,
    signer: SoftwareDevice,
    secret: Secret,
    pub(crate) identity: Identity,
    pub(crate) transactions: Transactions,
    /// Whether a database was older than what the keychain remembers, now or at an earlier opening,
    /// and the holder has not said that she knows.
    pub(crate) is_rolled_back: bool,
    /// Held as long as the vault is open.
    _lock: File,
}

/// What can be said of a wallet that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether another instance has it open.
    pub is_elsewhere: bool,
    /// Seconds until the PIN may be tried.
    pub wait: u32,
    /// Wrong ones in a row.
    pub wrong: u32,
    /// Whether a keychain holds its device entry.
    pub in_keychain: bool,
}

impl Vault {
    /// Creates a vault. `fill` puts in what must be there from the first moment: the wallet exists
    /// once its last file is written, which comes after.
    pub(crate) fn create(
        place: &Place,
        pin: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
        fill: impl FnOnce(&Identity) -> Result<(), VaultError>,
    ) -> Result<Self, VaultError> {
        let folder = &place.folder;
        glimpse_terminal::create_private_folder(folder)
            .map_err(file_error("creating the wallet's folder"))?;
        let lock = lock(folder)?;
        if Self::exists(folder) && !Self::is_lost(place)? {
            return Err(VaultError::Exists);
        }
        let store = place.new_store();
        if !pin::is_strong(pin, store.is_keychain()) {
            return Err(VaultError::WeakPin);
        }
        set_aside(folder)?;
        // What a crash while creating has left.
        remove_files(folder)?;
        let secret = random(rng);
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let (wallet, device_secret) = (WalletId(id), random(rng));
        let scalar = fresh_scalar(rng)?;
        let sealed = seal::seal(&scalar_key(&secret), &wallet.0, &scalar, rng);
        let entry = DeviceEntry::new(device_secret, sealed);
        let with_pin = store.is_keychain().then_some((pin, cost));
        let keys = KeyFile::wrap((wallet, 1), &secret, &entry.secret, with_pin, rng)?;
        if store.is_keychain() {
            entry.store(&*store, wallet)?;
        } else {
            entry.store_sealed(&*store, wallet, (pin, cost), rng)?;
        }
        let device = Arc::new(Device::new(store, wallet, entry));
        let vault = Self::with(place, device, secret, lock)?;
        fill(&vault.identity)?;
        keys.write(folder)?;
        vault.device.remember(Counter::Keys, keys.generation);
        Ok(vault)
    }

    pub(crate) fn exists(folder: &Path) -> bool {
        folder.join(KeyFile::NAME).exists()
    }

    /// Whether a wallet can never be opened again, because its device entry is gone.
    pub(crate) fn is_lost(place: &Place) -> Result<bool, VaultError> {
        let keys = KeyFile::read(&place.folder)?;
        let store = place.store(keys.in_keychain())?;
        Ok(store.load(keys.wallet)?.is_none())
    }

    /// How a closed wallet stands.
    pub(crate) fn standing(place: &Place, now: &Moment) -> Result<Standing, VaultError> {
        let keys = KeyFile::read(&place.folder)?;
        let mut standing = Standing {
            is_elsewhere: false,
            wait: 0,
            wrong: 0,
            in_keychain: keys.in_keychain(),
        };
        let _lock = match lock(&place.folder) {
            Ok(lock) => lock,
            Err(VaultError::InUse) => {
                standing.is_elsewhere = true;
                return Ok(standing);
            }
            Err(error) => return Err(error),
        };
        let mut gate = Gate::new(place, &keys, now)?;
        gate.attempts.settle(now)?;
        gate.remember()?;
        standing.wait = gate.attempts.wait(now);
        standing.wrong = gate.attempts.wrong;
        Ok(standing)
    }

    pub(crate) fn open(place: &Place, pin: &[u8], now: &Moment) -> Result<Self, VaultError> {
        if !Self::exists(&place.folder) {
            return Err(VaultError::Missing);
        }
        let lock = lock(&place.folder)?;
        let keys = KeyFile::read(&place.folder)?;
        let mut gate = Gate::new(place, &keys, now)?;
        let secret = gate.open(&keys, pin, now)?;
        let device = gate.into_device()?;
        // A crash came between writing the file and remembering it: the one before is over all the same.
        if keys.generation > device.generation(Counter::Keys) {
            device.remember(Counter::Keys, keys.generation);
        }
        Self::with(place, Arc::new(device), secret, lock)
    }

    fn with(
        place: &Place,
        device: Arc<Device>,
        secret: Secret,
        lock: File,
    ) -> Result<Self, VaultError> {
        let folder = &place.folder;
        let scalar = device.entry().scalar.clone();
        let scalar = seal::unseal(&scalar_key(&secret), &device.wallet.0, &scalar);
        let signer = signer(&scalar.ok_or(SealedError::Damaged)?)?;
        let key = |name: &[u8]| derive(None, secret.as_slice(), &[b"glimpse/database/1/", name]);
        let identity = Identity::open(folder, &key(b"identity"), &device)?;
        let transactions = Transactions::open(folder, &key(b"transactions"), &device)?;
        // Writing raises the generation, and the wallet would forget that it ever was older. What
        // cannot be written now is found again at the next opening.
        let is_older = identity.is_older() || transactions.is_older();
        let is_rolled_back = is_older || identity.is_rolled_back()?;
        if is_older {
            let _ = identity.set_rolled_back(true);
        }
        Ok(Self {
            place: place.clone(),
            is_rolled_back,
            device,
            signer,
            secret,
            identity,
            transactions,
            _lock: lock,
        })
    }

    /// Checks the PIN again; a wrong one counts.
    pub(crate) fn check(&self, pin: &[u8], now: &Moment) -> Result<(), VaultError> {
        let keys = KeyFile::read(&self.place.folder)?;
        let mut gate = Gate::new(&self.place, &keys, now)?;
        let opened = gate.open(&keys, pin, now);
        // The tries were counted beside the entry that is open.
        self.device.entry().attempts = (gate.attempts.serial, gate.attempts.wrong);
        opened.map(drop)
    }

    /// Changes the PIN. A crash leaves the old one or the new one.
    pub(crate) fn change_pin(
        &self,
        (old, new): (&[u8], &[u8]),
        cost: Cost,
        now: &Moment,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), VaultError> {
        let (device, folder) = (&self.device, &self.place.folder);
        let in_keychain = device.store.is_keychain();
        if !pin::is_strong(new, in_keychain) {
            return Err(VaultError::WeakPin);
        }
        self.check(old, now)?;
        if !in_keychain {
            let (store, entry) = (&*device.store, device.entry());
            return entry.store_sealed(store, device.wallet, (new, cost), rng);
        }
        let generation = 1 + device
            .generation(Counter::Keys)
            .max(KeyFile::read(folder)?.generation);
        let named = (device.wallet, generation);
        let keys = {
            let entry = device.entry();
            KeyFile::wrap(named, &self.secret, &entry.secret, Some((new, cost)), rng)?
        };
        keys.write(folder)?;
        device.remember(Counter::Keys, generation);
        Ok(())
    }

    /// Destroys the wallet: the device entry first, without which the rest is noise.
    pub(crate) fn erase(self) -> Result<(), VaultError> {
        self.device.store.delete(self.device.wallet)?;
        let folder = self.place.folder.clone();
        drop((self.identity, self.transactions));
        remove_files(&folder)
    }

    /// The holder goes on with the files as they are.
    pub(crate) fn acknowledge(&mut self) -> Result<(), VaultError> {
        if self.is_rolled_back {
            self.transactions.go_on()?;
            self.identity.set_rolled_back(false)?;
            self.is_rolled_back = false;
        }
        Ok(())
    }

    pub(crate) fn device(&self) -> &SoftwareDevice {
        &self.signer
    }

    pub(crate) fn in_keychain(&self) -> bool {
        self.device.store.is_keychain()
    }
}

/// What stands between a PIN and the vault secret: the count of attempts.
struct Gate {
    store: Arc<dyn DeviceStore>,
    wallet: WalletId,
    /// Known before the PIN where a keychain has it.
    entry: Option<DeviceEntry>,
    attempts: Attempts,
}

impl Gate {
    fn new(place: &Place, keys: &KeyFile, now: &Moment) -> Result<Self, VaultError> {
        let store = place.store(keys.in_keychain())?;
        let entry = match store.is_keychain() {
            true => Some(DeviceEntry::load(&*store, keys.wallet)?),
            false if store.load(keys.wallet)?.is_none() => return Err(VaultError::DeviceKeyLost),
            false => None,
        };
        let known = entry.as_ref().map(|entry| (&entry.secret, entry.attempts));
        let attempts = Attempts::read(&place.folder, known, now);
        Ok(Self {
            store,
            wallet: keys.wallet,
            entry,
            attempts,
        })
    }

    /// Tells the keychain what the file of attempts says, where it does not know.
    fn remember(&mut self) -> Result<(), VaultError> {
        let said = (self.attempts.serial, self.attempts.wrong);
        match &mut self.entry {
            Some(entry) if self.store.is_keychain() && entry.attempts != said => {
                entry.attempts = said;
                entry.store(&*self.store, self.wallet)
            }
            _ => Ok(()),
        }
    }

    /// Tries a PIN. What it costs is counted first, and flushed to the disk.
    fn open(&mut self, keys: &KeyFile, pin: &[u8], now: &Moment) -> Result<Secret, VaultError> {
        // Whoever saw the PIN of before and kept the file of before has nothing.
        let known = self.entry.as_ref().map(|e| e.generation(Counter::Keys));
        if known.is_some_and(|known| keys.generation < known) {
            return Err(VaultError::OldKeys);
        }
        let begun = self.attempts.begin(now);
        self.remember()?;
        begun?;
        let wrong = |attempts: &Attempts| VaultError::WrongPin {
            wait: attempts.wait(now),
        };
        if self.entry.is_none() {
            match DeviceEntry::load_sealed(&*self.store, self.wallet, pin) {
                Ok(entry) => self.entry = Some(entry),
                Err(VaultError::Device(SealedError::Passphrase)) => {
                    return Err(wrong(&self.attempts));
                }
                Err(error) => return Err(error),
            }
        }
        let entry = self.entry.as_ref().ok_or(VaultError::DeviceKeyLost)?;
        let secret = match keys.unwrap(&entry.secret, pin)? {
            Some(secret) => secret,
            None if self.store.is_keychain() => return Err(wrong(&self.attempts)),
            // The passphrase has opened `device.key`.
            None => return Err(SealedError::Damaged.into()),
        };
        self.attempts.clear()?;
        self.remember()?;
        Ok(secret)
    }

    fn into_device(self) -> Result<Device, VaultError> {
        let entry = self.entry.ok_or(VaultError::DeviceKeyLost)?;
        Ok(Device::new(self.store, self.wallet, entry))
    }
}

fn scalar_key(secret: &Secret) -> Secret {
    derive(None, secret.as_slice(), &[b"glimpse/device-scalar/1"])
}

fn fresh_scalar(rng: &mut dyn CryptoRng) -> Result<Secret, VaultError> {
    let scalar = Zeroizing::new(SecretScalar::random(rng).expose().to_octets());
    signer(&scalar)?;
    Ok(scalar)
}

fn signer(scalar: &Secret) -> Result<SoftwareDevice, SealedError> {
    let scalar = SecretScalar::from_octets(scalar).map_err(|_| SealedError::Damaged)?;
    SoftwareDevice::new(&Interface::glimpse(), scalar).map_err(|_| SealedError::Damaged)
}

/// Writes a file so that a crash leaves the old one or the new one.
fn write(path: &Path, octets: &[u8], what: &'static str) -> Result<(), VaultError> {
    glimpse_terminal::write_atomically(path, octets).map_err(file_error(what))
}

/// A wallet's files, the one that makes it a wallet first.
fn files() -> Vec<String> {
    let databases = [Identity::NAME, Transactions::NAME];
    let databases = databases
        .iter()
        .flat_map(|name| ["", "-journal"].map(|end| format!("{name}{end}")));
    let others = [KeyFile::NAME, DeviceFile::NAME, Attempts::NAME].map(str::to_owned);
    others.into_iter().chain(databases).collect()
}

/// Removes a wallet's files, the one that makes it a wallet first.
fn remove_files(folder: &Path) -> Result<(), VaultError> {
    for name in files() {
        unless_missing(std::fs::remove_file(folder.join(name)))
            .map_err(file_error("removing a file of the wallet"))?;
    }
    Ok(())
}

/// Moves the files of a wallet whose device entry is gone into a folder of their own: the entry may
/// be in another desktop's keychain and come back. The file that makes it a wallet goes last, so that
/// after a crash the rest is moved and not removed.
fn set_aside(folder: &Path) -> Result<(), VaultError> {
    if !Vault::exists(folder) {
        return Ok(());
    }
    let wallet = KeyFile::read(folder)?.wallet;
    let aside = folder.join(format!("lost-{}", glimpse_terminal::to_hex(&wallet.0)));
    let failed = || file_error("setting the lost wallet aside");
    glimpse_terminal::create_private_folder(&aside).map_err(failed())?;
    for name in files().iter().rev() {
        unless_missing(std::fs::rename(folder.join(name), aside.join(name))).map_err(failed())?;
    }
    Ok(())
}

fn unless_missing(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn lock(folder: &Path) -> Result<File, VaultError> {
    let lock = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(folder.join("wallet.lock"))
        .map_err(file_error("locking the wallet"))?;
    // A child that this program has just started holds a copy of the file until it executes.
    for last in [false, false, true] {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if last => {}
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::Error(source)) => {
                return Err(file_error("locking the wallet")(source));
            }
        }
    }
    Err(VaultError::InUse)
}
