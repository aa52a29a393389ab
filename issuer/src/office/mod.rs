//! An office: its keys, unsealed, and its records.

mod issuance;
mod keys;
mod trust;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::VerifyingKey;
use glimpse_core::credential::{CredentialContext, CredentialError, Schema};
use glimpse_core::ids::{IssuerId, KeyId, SchemaId, UnixTime};
use glimpse_core::sealed::locked::Way;
use glimpse_core::sealed::{Cost, SealedError};
use glimpse_core::trust::TrustError;
use rand_core::CryptoRng;

use crate::keys::{KeyError, KeyFile, OfficeKeys, Window};
use crate::records::audit::{self, Event};
use crate::records::holders::{self, HolderStatus};
use crate::records::{schemas, settings};
use crate::renewal::RunError;
use crate::store::{self, Store, StoreError};

pub use keys::KeyReport;

/// Why the office cannot do something. No message holds an attribute, key or code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// A file cannot be read or written.
    #[error("{what}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The key file does not open.
    #[error("the office's key file: {0}")]
    Keys(#[from] SealedError),
    /// A renewal does not come to its end.
    #[error(transparent)]
    Renewal(#[from] RunError),
    /// A key ceremony does not go on.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The records cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database holds another office's records.
    #[error("this database holds the records of another office; check the keys and the database")]
    OtherOffice,
    /// A credential step failed.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// There is an office in this folder already.
    #[error("there is an office in this folder already; choose another folder")]
    Exists,
    /// There is no office in this folder.
    #[error("there is no office in this folder; create one with `init`")]
    Missing,
    /// The schema is not one of this office's.
    #[error("this office has no such schema; add it with `schema`")]
    UnknownSchema,
    /// The offer's code is not known, or was used by another request.
    #[error("the offer is not known or was used already; make a new one")]
    Offer,
    /// A trust list that cannot be signed.
    #[error(transparent)]
    List(#[from] TrustError),
    /// The handle is not known.
    #[error("no credential with this handle")]
    UnknownHandle,
    /// The revocation code is of no credential here.
    #[error("no credential of this office has this revocation code")]
    UnknownCode,
}

/// An issuing office.
pub struct Office {
    pub(crate) keys: OfficeKeys,
    key_file: KeyFile,
    pub(crate) store: Arc<dyn Store>,
    contexts: Mutex<HashMap<(SchemaId, KeyId), Arc<CredentialContext>>>,
}

/// The database beside the keys, where no other is named.
const STORE_FILE: &str = "office.db";

impl Office {
    /// Creates an office in a folder: fresh keys, sealed under the passphrase, and an empty
    /// database beside them. When its first key may be used is for the trust-list entry to say.
    ///
    /// # Errors
    /// [`OfficeError::Exists`] and those of files.
    pub fn create(
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, OfficeError> {
        Self::create_with(folder, passphrase, cost, (UnixTime(0), None), None, rng)
    }

    /// The same, with the moment at which the first key is made and the time for which it is, and
    /// with a database elsewhere where one is given.
    ///
    /// # Errors
    /// As [`Office::create`].
    pub fn create_with(
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        born: (UnixTime, Option<Window>),
        store: Option<Arc<dyn Store>>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, OfficeError> {
        if Self::exists(folder) {
            return Err(OfficeError::Exists);
        }
        let keys = KeyFile::create(folder, passphrase, cost, born, rng)?;
        Self::with(folder, keys, store)
    }

    /// Whether there is an office in this folder.
    pub fn exists(folder: &Path) -> bool {
        KeyFile::exists(folder)
    }

    /// Opens an office with the database in its folder.
    ///
    /// # Errors
    /// [`OfficeError::Missing`], [`OfficeError::Keys`], and those of files.
    pub fn open(folder: &Path, passphrase: &[u8]) -> Result<Self, OfficeError> {
        Self::open_by(folder, Way::Passphrase(passphrase), None)
    }

    /// Opens an office with a database elsewhere, which may be shared by replicas.
    ///
    /// # Errors
    /// [`OfficeError::Missing`], [`OfficeError::Keys`], [`OfficeError::OtherOffice`].
    pub fn open_with(
        folder: &Path,
        passphrase: &[u8],
        store: Arc<dyn Store>,
    ) -> Result<Self, OfficeError> {
        Self::open_by(folder, Way::Passphrase(passphrase), Some(store))
    }

    /// Opens an office by its passphrase or by a key file, with the database in its folder where no
    /// other is given.
    ///
    /// # Errors
    /// [`OfficeError::Missing`], [`OfficeError::Keys`], [`OfficeError::OtherOffice`].
    pub fn open_by(
        folder: &Path,
        way: Way<'_>,
        store: Option<Arc<dyn Store>>,
    ) -> Result<Self, OfficeError> {
        Self::with(folder, KeyFile::open(folder, way)?, store)
    }

    fn with(
        folder: &Path,
        (key_file, keys): (KeyFile, OfficeKeys),
        store: Option<Arc<dyn Store>>,
    ) -> Result<Self, OfficeError> {
        let store = match store {
            Some(store) => store,
            None => store::open_sqlite(&folder.join(STORE_FILE))?,
        };
        let office = Self {
            keys,
            key_file,
            store,
            contexts: Mutex::default(),
        };
        let ring = office.keys.ring();
        let first = ring.keys().first().map(|key| key.id);
        office.store.write(|tx| {
            if settings::keep(tx, "office", &office.keys.id.0)? != office.keys.id.0 {
                return Err(OfficeError::OtherOffice);
            }
            // From the time when there was one key and no column for it.
            first.map_or(Ok(()), |key| Ok(holders::adopt(tx, key)?))
        })?;
        Ok(office)
    }

    /// The office's id.
    pub fn id(&self) -> IssuerId {
        self.keys.id
    }

    /// The key that signs offers and manifests.
    pub fn signing_key(&self) -> VerifyingKey {
        self.keys.ring().signing.verifying_key()
    }

    /// The id of the BBS key that signs new credentials.
    pub fn current_key(&self) -> KeyId {
        self.keys.ring().current().id
    }

    /// Where the records are.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Adds an entry to the audit trail, in the transaction of what it tells of, as its last
    /// statement; what is recorded is counted for who watches over the service. `subject` is a
    /// record's id, and `detail` a word more; neither is ever a value.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note(
        &self,
        tx: &mut dyn store::Transaction,
        at: UnixTime,
        actor: &str,
        action: &str,
        subject: impl fmt::Display,
        detail: &str,
    ) -> Result<(), StoreError> {
        let event = Event {
            at,
            actor,
            action,
            subject: &subject.to_string(),
            detail,
        };
        audit::append(tx, &self.keys, &event)?;
        let action = action.to_owned();
        metrics::counter!("glimpse_events_total", "action" => action).increment(1);
        Ok(())
    }

    /// Checks the whole audit trail.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn check_audit(&self) -> Result<audit::Check, OfficeError> {
        self.store.read(|tx| Ok(audit::check(tx, &self.keys)?))
    }

    /// Adds a schema; adding it again changes nothing.
    ///
    /// # Errors
    /// [`OfficeError::Credential`] for one that is not acceptable.
    pub fn add_schema(
        &self,
        schema: &Schema,
        actor: &str,
        now: UnixTime,
    ) -> Result<SchemaId, OfficeError> {
        schema.check().map_err(CredentialError::from)?;
        let id = schema.id();
        self.store.write(|tx| {
            if schemas::add(tx, id, &schema.to_octets(), now)? {
                self.note(tx, now, actor, "schema.add", id, &schema.code)?;
            }
            Ok(id)
        })
    }

    /// The office's schemas.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn schemas(&self) -> Result<Vec<Schema>, OfficeError> {
        let all = self.store.read(schemas::all)?;
        let read = |(octets, _): &(Vec<u8>, _)| Schema::from_octets(octets);
        let all: Result<_, _> = all.iter().map(read).collect();
        Ok(all.map_err(CredentialError::from)?)
    }

    /// The context of one of the office's schemas under the key that signs new credentials.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`].
    pub fn context(&self, schema: SchemaId) -> Result<Arc<CredentialContext>, OfficeError> {
        self.context_of(schema, self.current_key())
    }

    /// The context of one of the office's schemas under one of its keys.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Key`].
    pub fn context_of(
        &self,
        schema: SchemaId,
        key: KeyId,
    ) -> Result<Arc<CredentialContext>, OfficeError> {
        let place = (schema, key);
        // A thread that panicked left a whole map behind.
        let contexts = || self.contexts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(context) = contexts().get(&place) {
            return Ok(context.clone());
        }
        let public = self.keys.ring().key(key)?.public;
        let found = self.schemas()?.into_iter().find(|s| s.id() == schema);
        let context = Arc::new(CredentialContext::new(
            found.ok_or(OfficeError::UnknownSchema)?,
            self.keys.id,
            public,
        )?);
        contexts().insert(place, context.clone());
        Ok(context)
    }

    /// Every holder's handle and status.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn holders(&self) -> Result<Vec<HolderStatus>, OfficeError> {
        Ok(self.store.read(holders::all)?)
    }
}

#[cfg(test)]
pub(crate) mod tests;
