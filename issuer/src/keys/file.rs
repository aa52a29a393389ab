//! The file in which the keys rest, sealed, and the lock that ceremonies take. spec:GL-9-KINDS

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Reader;
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::{IssuerId, UnixTime};
use glimpse_core::sealed::locked::{KeyFileName, Lock, Way, is_locked};
use glimpse_core::sealed::{self, Cost, SealedError};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::ring::{self, CredentialKey, KeyState, Ring, Window};
use super::{KeyError, OfficeKeys};
use crate::OfficeError;

const NAME: &str = "office.keys";
const LOCK_NAME: &str = "office.keys.lock";
/// One key of each sort, under a passphrase alone.
const KIND_1: &str = "glimpse/office-keys/1";
const KIND: &str = "glimpse/office-keys/2";

/// The key file of an office that is open.
pub(crate) struct KeyFile {
    folder: PathBuf,
    lock: Mutex<Lock>,
    /// The octets as last read or written: another state on the disk is another's ceremony.
    seen: Mutex<Vec<u8>>,
}

/// Held by the one ceremony that is at work.
pub(crate) struct Ceremony {
    _lock: File,
}

fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> OfficeError {
    move |source| OfficeError::File { what, source }
}

impl KeyFile {
    pub(crate) fn exists(folder: &Path) -> bool {
        folder.join(NAME).exists()
    }

    /// Makes fresh keys and writes them.
    pub(crate) fn create(
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        born: (UnixTime, Option<Window>),
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, OfficeKeys), OfficeError> {
        glimpse_terminal::create_private_folder(folder)
            .map_err(file("creating the office's folder"))?;
        let _ceremony = ceremony(folder)?;
        if Self::exists(folder) {
            return Err(OfficeError::Exists);
        }
        let (mut id, mut master) = ([0; 16], Zeroizing::new([0; 32]));
        rng.fill_bytes(&mut id);
        rng.fill_bytes(master.as_mut_slice());
        let ring = Ring::generate(born.0, born.1, rng);
        let keys = OfficeKeys::new(IssuerId(id), master, ring);
        let lock = Lock::new(KIND, passphrase, cost, rng)?;
        let this = Self::new(folder, lock);
        this.write(&keys, &keys.ring(), rng)?;
        Ok((this, keys))
    }

    fn new(folder: &Path, lock: Lock) -> Self {
        Self {
            folder: folder.to_owned(),
            lock: Mutex::new(lock),
            seen: Mutex::default(),
        }
    }

    /// Opens the keys in one of the ways that the file has. A file of the first kind is written
    /// again as the second.
    pub(crate) fn open(folder: &Path, way: Way<'_>) -> Result<(Self, OfficeKeys), OfficeError> {
        if !Self::exists(folder) {
            return Err(OfficeError::Missing);
        }
        let octets = read(folder)?;
        if is_locked(KIND, &octets) {
            let (lock, contents) = Lock::open(KIND, way, &octets)?;
            let this = Self::new(folder, lock);
            this.saw(octets);
            return Ok((this, ring::from_octets(&contents)?));
        }
        match way {
            Way::Passphrase(passphrase) => Self::upgrade(folder, passphrase),
            Way::KeyFile(_) => {
                // What is no file of either kind is said to be so.
                sealed_shape(&octets)?;
                Err(SealedError::KeyFile.into())
            }
        }
    }

    fn upgrade(folder: &Path, passphrase: &[u8]) -> Result<(Self, OfficeKeys), OfficeError> {
        // The passphrase first: whoever does not know it changes nothing and holds nobody up.
        let keys = first_kind(passphrase, &read(folder)?)?;
        let _ceremony = ceremony(folder)?;
        let octets = read(folder)?;
        if is_locked(KIND, &octets) {
            // Another was faster.
            let (lock, contents) = Lock::open(KIND, Way::Passphrase(passphrase), &octets)?;
            let this = Self::new(folder, lock);
            this.saw(octets);
            return Ok((this, ring::from_octets(&contents)?));
        }
        let rng = &mut glimpse_terminal::rng();
        let lock = Lock::new(KIND, passphrase, Cost::STANDARD, rng)?;
        let this = Self::new(folder, lock);
        this.write(&keys, &keys.ring(), rng)?;
        Ok((this, keys))
    }

    /// Takes the place of the one ceremony.
    pub(crate) fn ceremony(&self) -> Result<Ceremony, OfficeError> {
        ceremony(&self.folder)
    }

    /// Changes the ring as it is on the disk now, in a ceremony, and writes it. Nothing changes
    /// where the change does not go through.
    pub(crate) fn change<T>(
        &self,
        _ceremony: &Ceremony,
        keys: &OfficeKeys,
        change: impl FnOnce(&mut Ring, &mut dyn CryptoRng) -> Result<T, KeyError>,
        rng: &mut dyn CryptoRng,
    ) -> Result<T, OfficeError> {
        let mut ring = self.read_again(keys.id)?;
        let done = change(&mut ring, rng)?;
        self.write(keys, &ring, rng)?;
        keys.put(ring);
        Ok(done)
    }

    /// Takes over what another process's ceremony has written; whether there was something.
    pub(crate) fn refresh(&self, keys: &OfficeKeys) -> Result<bool, OfficeError> {
        let octets = read(&self.folder)?;
        if *lock(&self.seen) == octets {
            return Ok(false);
        }
        keys.put(self.reopen(keys.id, &octets)?);
        self.saw(octets);
        Ok(true)
    }

    /// What is on the disk now. It is not taken for seen until it is put to use.
    fn read_again(&self, id: IssuerId) -> Result<Ring, OfficeError> {
        self.reopen(id, &read(&self.folder)?)
    }

    fn reopen(&self, id: IssuerId, octets: &[u8]) -> Result<Ring, OfficeError> {
        let mut lock = lock(&self.lock);
        let (reopened, contents) = lock.reopen(octets)?;
        let keys = ring::from_octets(&contents)?;
        if keys.id != id {
            return Err(OfficeError::OtherOffice);
        }
        *lock = reopened;
        keys.into_ring().ok_or(SealedError::Damaged.into())
    }

    /// Lets a key file open the office.
    pub(crate) fn enrol(
        &self,
        _ceremony: &Ceremony,
        keys: &OfficeKeys,
        key_file: &[u8; 32],
        rng: &mut dyn CryptoRng,
    ) -> Result<(), OfficeError> {
        let ring = self.read_again(keys.id)?;
        lock(&self.lock).enrol(key_file, rng)?;
        self.write(keys, &ring, rng)?;
        keys.put(ring);
        Ok(())
    }

    /// A lock with a new passphrase and a new key. Of the key files only the one that is at hand
    /// opens it.
    pub(crate) fn new_lock(
        passphrase: &[u8],
        kept: Option<&[u8; 32]>,
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Lock, SealedError> {
        let mut made = Lock::new(KIND, passphrase, cost, rng)?;
        if let Some(key_file) = kept {
            made.enrol(key_file, rng)?;
        }
        Ok(made)
    }

    /// Puts the keys under another lock.
    pub(crate) fn set_lock(
        &self,
        _ceremony: &Ceremony,
        keys: &OfficeKeys,
        made: Lock,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), OfficeError> {
        let ring = self.read_again(keys.id)?;
        let before = std::mem::replace(&mut *lock(&self.lock), made);
        if let Err(error) = self.write(keys, &ring, rng) {
            *lock(&self.lock) = before;
            return Err(error);
        }
        keys.put(ring);
        Ok(())
    }

    /// The names of the key files that open the office.
    pub(crate) fn key_files(&self) -> Vec<KeyFileName> {
        lock(&self.lock).key_files().collect()
    }

    fn write(
        &self,
        keys: &OfficeKeys,
        ring: &Ring,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), OfficeError> {
        let contents = ring::to_octets(keys.id, &keys.master, ring);
        let octets = lock(&self.lock).seal(&contents, rng)?;
        glimpse_terminal::write_atomically(&self.folder.join(NAME), &octets)
            .map_err(file("writing the office's key file"))?;
        self.saw(octets);
        Ok(())
    }

    fn saw(&self, octets: Vec<u8>) {
        *lock(&self.seen) = octets;
    }
}

/// A thread that panicked left a whole value behind.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(folder: &Path) -> Result<Vec<u8>, OfficeError> {
    std::fs::read(folder.join(NAME)).map_err(file("reading the office's key file"))
}

/// The system gives the lock back when its holder ends, however it ends.
fn ceremony(folder: &Path) -> Result<Ceremony, OfficeError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let opened = options.open(folder.join(LOCK_NAME));
    let opened = opened.map_err(file("opening the lock of the office's keys"))?;
    match opened.try_lock() {
        Ok(()) => Ok(Ceremony { _lock: opened }),
        Err(TryLockError::WouldBlock) => Err(KeyError::Busy.into()),
        Err(TryLockError::Error(error)) => Err(file("locking the office's keys")(error)),
    }
}

fn sealed_shape(octets: &[u8]) -> Result<(), SealedError> {
    let mut r = Reader::new(octets);
    r.tuple(7)?;
    r.uint()?;
    if r.text(32)? == KIND_1 {
        Ok(())
    } else {
        Err(SealedError::Damaged)
    }
}

fn first_kind(passphrase: &[u8], file: &[u8]) -> Result<OfficeKeys, SealedError> {
    let octets = sealed::open(KIND_1, passphrase, file)?;
    let mut r = Reader::new(&octets);
    r.tuple(4)?;
    let id = IssuerId(r.array_of()?);
    let mut secret = || Ok::<_, SealedError>(Zeroizing::new(r.array_of::<32>()?));
    let (bbs, signing, master) = (secret()?, secret()?, secret()?);
    r.finish()?;
    let bbs = SecretScalar::from_octets(&bbs).map_err(|_| SealedError::Damaged)?;
    // When it was made is not known, and when it may be used the trust-list entry says.
    let key = CredentialKey::new(bbs, UnixTime(0), None, KeyState::Current);
    let ring = Ring::of(key, SigningKey::from_bytes(&signing));
    Ok(OfficeKeys::new(id, master, ring))
}
