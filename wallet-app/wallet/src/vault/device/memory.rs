//! A keychain in memory, for tests and for whoever drives the app's commands in one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::{DeviceStore, WalletId};
use crate::vault::VaultError;

/// A keychain that lasts as long as this value.
#[derive(Default)]
pub struct InMemory(Mutex<HashMap<WalletId, Zeroizing<Vec<u8>>>>);

impl DeviceStore for InMemory {
    fn is_keychain(&self) -> bool {
        true
    }

    fn load(&self, wallet: WalletId) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries.get(&wallet).cloned())
    }

    fn store(&self, wallet: WalletId, entry: &[u8]) -> Result<(), VaultError> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(wallet, Zeroizing::new(entry.to_vec()));
        Ok(())
    }

    fn delete(&self, wallet: WalletId) -> Result<(), VaultError> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&wallet);
        Ok(())
    }
}
