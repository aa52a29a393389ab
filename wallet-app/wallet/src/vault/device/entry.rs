//! What the device entry holds: the device secret, the sealed device scalar, and what this device
//! remembers of the files, by which it notices older ones. spec:GL-11-DEVICE

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::sealed::{self, Cost, SealedError};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{DeviceStore, WalletId};
use crate::vault::VaultError;
use crate::vault::seal::{ADDED, Secret};

const KIND: &str = "glimpse/device/2";

/// A file whose generations are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::vault) enum Counter {
    Identity,
    Transactions,
    Keys,
}

/// A device entry.
pub(in crate::vault) struct DeviceEntry {
    pub(in crate::vault) secret: Secret,
    /// The device scalar under a key from the vault secret.
    pub(in crate::vault) scalar: Vec<u8>,
    /// (serial, wrong tries) of the file of attempts.
    pub(in crate::vault) attempts: (u64, u32),
    generations: [u64; 3],
}

impl DeviceEntry {
    pub(in crate::vault) fn new(secret: Secret, scalar: Vec<u8>) -> Self {
        Self {
            secret,
            scalar,
            attempts: (0, 0),
            generations: [0; 3],
        }
    }

    pub(in crate::vault) fn generation(&self, of: Counter) -> u64 {
        self.generations.get(of as usize).copied().unwrap_or(0)
    }

    fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.array(5).uint(1).bytes(self.secret.as_slice());
        w.bytes(&self.scalar);
        w.array(2)
            .uint(self.attempts.0)
            .uint(self.attempts.1.into());
        w.array(3);
        for generation in self.generations {
            w.uint(generation);
        }
        Zeroizing::new(w.into_vec())
    }

    fn from_octets(octets: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(5)?;
        let secret = Zeroizing::new(r.array_of()?);
        let scalar = r.array_of::<{ 32 + ADDED }>()?.to_vec();
        r.tuple(2)?;
        let attempts = (r.uint()?, r.uint_up_to(u32::MAX)?);
        r.tuple(3)?;
        let generations = [r.uint()?, r.uint()?, r.uint()?];
        r.finish()?;
        Ok(Self {
            secret,
            scalar,
            attempts,
            generations,
        })
    }

    /// Reads what a keychain has.
    pub(in crate::vault) fn load(
        store: &dyn DeviceStore,
        wallet: WalletId,
    ) -> Result<Self, VaultError> {
        let octets = store.load(wallet)?.ok_or(VaultError::DeviceKeyLost)?;
        Self::from_octets(&octets).map_err(|_| SealedError::Damaged.into())
    }

    /// Reads what is sealed under a passphrase.
    pub(in crate::vault) fn load_sealed(
        store: &dyn DeviceStore,
        wallet: WalletId,
        passphrase: &[u8],
    ) -> Result<Self, VaultError> {
        let sealed = store.load(wallet)?.ok_or(VaultError::DeviceKeyLost)?;
        let octets = sealed::open(KIND, passphrase, &sealed)?;
        Self::from_octets(&octets).map_err(|_| SealedError::Damaged.into())
    }

    /// Seals under a passphrase.
    pub(in crate::vault) fn store_sealed(
        &self,
        store: &dyn DeviceStore,
        wallet: WalletId,
        (passphrase, cost): (&[u8], Cost),
        rng: &mut dyn CryptoRng,
    ) -> Result<(), VaultError> {
        let sealed = sealed::seal(KIND, passphrase, &self.to_octets(), cost, rng)?;
        store.store(wallet, &sealed)
    }

    pub(in crate::vault) fn store(
        &self,
        store: &dyn DeviceStore,
        wallet: WalletId,
    ) -> Result<(), VaultError> {
        store.store(wallet, &self.to_octets())
    }
}

/// An open wallet's device entry and where it is kept.
pub(in crate::vault) struct Device {
    pub(in crate::vault) store: Arc<dyn DeviceStore>,
    pub(in crate::vault) wallet: WalletId,
    entry: Mutex<DeviceEntry>,
}

impl Device {
    pub(in crate::vault) fn new(
        store: Arc<dyn DeviceStore>,
        wallet: WalletId,
        entry: DeviceEntry,
    ) -> Self {
        Self {
            store,
            wallet,
            entry: Mutex::new(entry),
        }
    }

    pub(in crate::vault) fn entry(&self) -> MutexGuard<'_, DeviceEntry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::vault) fn generation(&self, of: Counter) -> u64 {
        self.entry().generation(of)
    }

    /// Remembers that a file is at this generation. The file came first: where this fails or a
    /// crash comes between, the file is newer than what is remembered, and that is no rollback.
    /// A file under a passphrase is not written again for it: who can exchange the other files can
    /// exchange that one as well.
    pub(in crate::vault) fn remember(&self, of: Counter, generation: u64) {
        let mut entry = self.entry();
        if let Some(known) = entry.generations.get_mut(of as usize) {
            *known = generation;
        }
        if self.store.is_keychain() {
            let _ = entry.store(&*self.store, self.wallet);
        }
    }
}
