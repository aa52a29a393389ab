//! Key ceremonies: what the office does with its own keys, each recorded in the audit trail.

use std::collections::HashMap;

use ed25519_dalek::VerifyingKey;
use glimpse_core::curve::PublicKey;
use glimpse_core::ids::{KeyId, UnixTime};
use glimpse_core::sealed::Cost;
use glimpse_core::sealed::locked::KeyFileName;
use rand_core::CryptoRng;

use super::{Office, OfficeError};
use crate::keys::{KeyError, KeyFile, KeyState, Ring, Window};
use crate::records::{holders, settings};
use crate::store::Transaction;

/// What is known of a BBS key.
#[derive(Clone)]
pub struct KeyReport {
    /// Its id.
    pub id: KeyId,
    /// The key.
    pub public: PublicKey,
    /// When it was made; 0 where that is not known.
    pub created: UnixTime,
    /// When it may be used, where that is fixed.
    pub window: Option<Window>,
    /// What it is for now.
    pub state: KeyState,
    /// How many live credentials it has signed.
    pub live: u64,
}

/// One step of a ceremony, for the audit trail.
struct Step<'a> {
    actor: &'a str,
    now: UnixTime,
    action: &'a str,
}

impl Office {
    /// Every BBS key, in the order in which they were made.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn keys(&self) -> Result<Vec<KeyReport>, OfficeError> {
        let live: HashMap<_, _> = self.store.read(holders::live_by_key)?.into_iter().collect();
        let ring = self.keys.ring();
        let report = |key: &crate::keys::CredentialKey| KeyReport {
            id: key.id,
            public: key.public,
            created: key.created,
            window: key.window,
            state: key.state,
            live: live.get(&key.id).copied().unwrap_or_default(),
        };
        Ok(ring.keys().iter().map(report).collect())
    }

    /// The Ed25519 key that will sign next, where there is one.
    pub fn next_signing_key(&self) -> Option<VerifyingKey> {
        let ring = self.keys.ring();
        ring.next_signing.as_ref().map(|key| key.verifying_key())
    }

    /// The names of the key files that open the office.
    pub fn key_files(&self) -> Vec<KeyFileName> {
        self.key_file.key_files()
    }

    /// Takes over what a ceremony in another process has changed; whether there was something.
    ///
    /// # Errors
    /// [`OfficeError::Keys`] where the file has another passphrase by now: the program must be
    /// started again with it.
    pub fn refresh_keys(&self) -> Result<bool, OfficeError> {
        self.key_file.refresh(&self.keys)
    }

    /// Makes the next BBS key, to be published before it signs.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn add_key(
        &self,
        window: Window,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<KeyId, OfficeError> {
        let step = Step {
            actor,
            now,
            action: "key.add",
        };
        self.change(
            &step,
            |_| Ok(()),
            |ring, rng| ring.add(now, window, rng),
            |id| id.to_string(),
            rng,
        )
    }

    /// Lets the next BBS key sign new credentials. The one that did goes on renewing its holders.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn activate_key(
        &self,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<KeyId, OfficeError> {
        let step = Step {
            actor,
            now,
            action: "key.activate",
        };
        self.change(
            &step,
            |_| Ok(()),
            |ring, _| ring.activate(now),
            |id| id.to_string(),
            rng,
        )
    }

    /// Wipes a BBS key's secret. Credentials that it has signed are not renewed any more; where
    /// some are live, only `force` does it.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn retire_key(
        &self,
        id: KeyId,
        force: bool,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), OfficeError> {
        let step = Step {
            actor,
            now,
            action: "key.retire",
        };
        let nobody_lives = |tx: &mut dyn Transaction| {
            let live = holders::live_by_key(tx)?.into_iter();
            let live = live.filter(|(key, _)| *key == id).map(|(_, live)| live);
            match live.sum() {
                0 => Ok(()),
                _ if force => Ok(()),
                live => Err(KeyError::Live(live).into()),
            }
        };
        self.change(
            &step,
            nobody_lives,
            |ring, _| ring.retire(id),
            |()| id.to_string(),
            rng,
        )
    }

    /// Makes the next Ed25519 key. A trust list that names it in this office's entry is published
    /// before it signs. `replace` puts it in the place of one that was made before and has signed
    /// nothing.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn add_signing_key(
        &self,
        replace: bool,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<VerifyingKey, OfficeError> {
        let step = Step {
            actor,
            now,
            action: "key.next-signing",
        };
        let add = |ring: &mut Ring, rng: &mut dyn CryptoRng| {
            ring.add_signing(replace, rng)?;
            let next = ring.next_signing.as_ref().ok_or(KeyError::NoNext)?;
            Ok(next.verifying_key())
        };
        let name = |key: &VerifyingKey| glimpse_terminal::to_hex(key.as_bytes());
        self.change(&step, |_| Ok(()), add, name, rng)
    }

    /// Lets the next Ed25519 key sign offers, manifests, lists and registrations.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn activate_signing_key(
        &self,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<VerifyingKey, OfficeError> {
        let step = Step {
            actor,
            now,
            action: "key.activate-signing",
        };
        let activate = |ring: &mut Ring, _: &mut dyn CryptoRng| {
            ring.activate_signing()?;
            Ok(ring.signing.verifying_key())
        };
        let name = |key: &VerifyingKey| glimpse_terminal::to_hex(key.as_bytes());
        self.change(&step, |_| Ok(()), activate, name, rng)
    }

    /// Records that witnesses have looked at the keys.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn record_ceremony(
        &self,
        subject: &str,
        detail: &str,
        now: UnixTime,
    ) -> Result<(), OfficeError> {
        self.store
            .write(|tx| Ok(self.note(tx, now, "command", "key.ceremony", subject, detail)?))
    }

    /// One ceremony's change of the ring. The record is committed after the file is written: where
    /// the file cannot be, nothing is recorded.
    fn change<T>(
        &self,
        step: &Step<'_>,
        allowed: impl FnOnce(&mut dyn Transaction) -> Result<(), OfficeError>,
        change: impl FnOnce(&mut Ring, &mut dyn CryptoRng) -> Result<T, KeyError>,
        subject: impl FnOnce(&T) -> String,
        rng: &mut dyn CryptoRng,
    ) -> Result<T, OfficeError> {
        let ceremony = self.key_file.ceremony()?;
        self.store.write(|tx| {
            allowed(tx)?;
            let done = self.key_file.change(&ceremony, &self.keys, change, rng)?;
            let signing = self.signing_key().to_bytes();
            settings::put(tx, settings::SIGNING_KEY, &signing)?;
            let Step { actor, now, action } = *step;
            self.note(tx, now, actor, action, subject(&done), "")?;
            Ok(done)
        })
    }

    /// Lets a file of 32 random octets open the office, beside the passphrase.
    ///
    /// # Errors
    /// [`OfficeError::Keys`] past four key files, [`OfficeError::Key`].
    pub fn enrol_key_file(
        &self,
        key_file: &[u8; 32],
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<KeyFileName, OfficeError> {
        let name = KeyFileName::of(key_file);
        let ceremony = self.key_file.ceremony()?;
        self.store.write(|tx| {
            let file = &self.key_file;
            file.enrol(&ceremony, &self.keys, key_file, rng)?;
            let subject = glimpse_terminal::to_hex(&name.0);
            Ok::<_, OfficeError>(self.note(tx, now, actor, "key.enrol-file", subject, "")?)
        })?;
        Ok(name)
    }

    /// Changes the passphrase. Of the key files only the one at hand opens the office from here
    /// on: who had the old passphrase, or another file, has nothing of the new state.
    ///
    /// # Errors
    /// [`OfficeError::Keys`], [`OfficeError::Key`].
    pub fn set_passphrase(
        &self,
        passphrase: &[u8],
        kept: Option<&[u8; 32]>,
        cost: Cost,
        (actor, now): (&str, UnixTime),
        rng: &mut dyn CryptoRng,
    ) -> Result<(), OfficeError> {
        let ceremony = self.key_file.ceremony()?;
        let lock = KeyFile::new_lock(passphrase, kept, cost, rng)?;
        self.store.write(|tx| {
            self.key_file.set_lock(&ceremony, &self.keys, lock, rng)?;
            Ok(self.note(tx, now, actor, "key.passphrase", "", "")?)
        })
    }
}

#[cfg(test)]
mod tests;
