//! Renewal: each epoch, every live credential of a schema and key is signed again, into buckets of
//! sealed rows and a signed manifest. spec:GL-4
//!
//! A run goes bucket by bucket. What is done is in the database, so that a run that was cut off
//! goes on where it was, and replicas share one. A bucket whose holders are the same as in the run
//! before is left as it is. The manifest comes last, in one transaction: until then what was
//! published before stands.

mod bucket;
mod due;
mod export;
mod plan;
mod run;
mod status;
#[cfg(test)]
mod tests;

use std::time::Instant;

use ed25519_dalek::VerifyingKey;
use glimpse_core::credential::Manifest;
use glimpse_core::ids::{EpochDay, KeyId, SchemaId, UnixTime};

use crate::records::published;
use crate::records::renewals::Place;
use crate::store::StoreError;
use crate::{Office, OfficeError};

pub use crate::records::renewals::RenewalState;
pub use export::Exported;
pub use plan::BUCKET_ROWS;
pub use run::Renewer;
pub use status::RenewalStatus;

/// Files that the manifest names no more stay so long for those who hold the one before.
const KEEP_SECONDS: u64 = 3600;

/// Why a renewal does not come to its end. What was published before stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A bucket failed each time.
    #[error("the renewal stopped: {0}")]
    Bucket(String),
    /// It was told to stop; the next run goes on with it.
    #[error("the renewal was told to stop; start it again and it goes on")]
    Stopped,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Of which schema.
    pub schema: SchemaId,
    /// Of which key.
    pub key: KeyId,
    /// For which epoch.
    pub epoch: EpochDay,
    /// How many buckets there are.
    pub buckets: u64,
    /// How many of them are done.
    pub done: u64,
}

/// A renewal that is published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Of which schema.
    pub schema: SchemaId,
    /// Of which key.
    pub key: KeyId,
    /// For which epoch.
    pub epoch: EpochDay,
    /// The signed manifest.
    pub manifest: Vec<u8>,
    /// The buckets' digests in the manifest's order: each is the name of its file.
    pub buckets: Vec<[u8; 32]>,
    /// How many credentials were renewed.
    pub renewed: u64,
    /// How many buckets this call has signed; the others were as before, or another's work.
    pub signed: u64,
}

impl Office {
    /// Renews every live credential of a schema, under each of its keys, for the epoch that `now`
    /// falls in, and publishes the result. In an epoch that has been renewed before, only what
    /// has changed is signed.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Renewal`], [`OfficeError::Store`].
    pub fn renew(&self, schema: SchemaId, now: UnixTime) -> Result<Vec<Published>, OfficeError> {
        let begun = Instant::now();
        let clock = || UnixTime(now.0.saturating_add(begun.elapsed().as_secs()));
        Renewer::new(self, &clock).run_schema(schema)
    }

    /// Asks for a run of each of a schema's renewals; the service's scheduler does it.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Store`].
    pub fn ask_renewal(
        &self,
        schema: SchemaId,
        actor: &str,
        now: UnixTime,
    ) -> Result<(), OfficeError> {
        let clock = || now;
        let renewer = Renewer::new(self, &clock);
        let places = renewer.places_of(schema, true)?;
        self.store.write(|tx| {
            Ok::<_, OfficeError>(self.note(tx, now, actor, "renewal.start", schema, "")?)
        })?;
        for place in places {
            renewer.begin(&place, true)?;
        }
        Ok(())
    }

    /// Every bucket of a renewal, in the manifest's order: for an office of which all of it fits
    /// into memory.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn renewal_buckets(&self, of: &Published) -> Result<Vec<Vec<u8>>, OfficeError> {
        let read = |digest| {
            let found = self.renewal_bucket(of.schema, of.key, of.epoch, digest)?;
            found.ok_or(StoreError::Damaged.into())
        };
        of.buckets.iter().map(read).collect()
    }

    /// The latest manifest of a schema and key.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn renewal_manifest(
        &self,
        schema: SchemaId,
        key: KeyId,
    ) -> Result<Option<Vec<u8>>, OfficeError> {
        let found = self.store.read(|tx| published::manifest(tx, schema, key))?;
        Ok(found.map(|(manifest, _)| manifest))
    }

    /// The same, read. It is signed by the key of its time.
    fn read_manifest(
        &self,
        schema: SchemaId,
        key: KeyId,
    ) -> Result<(Vec<u8>, Manifest), OfficeError> {
        let found = self.store.read(|tx| published::manifest(tx, schema, key))?;
        let (octets, signer) = found.ok_or(StoreError::Damaged)?;
        let signer = VerifyingKey::from_bytes(&signer).map_err(|_| StoreError::Damaged)?;
        let manifest = Manifest::verify(&octets, &signer)?;
        Ok((octets, manifest))
    }

    /// A bucket by its digest.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn renewal_bucket(
        &self,
        schema: SchemaId,
        key: KeyId,
        epoch: EpochDay,
        digest: &[u8; 32],
    ) -> Result<Option<Vec<u8>>, OfficeError> {
        let place = Place { schema, key, epoch };
        Ok(self.store.read(|tx| published::file(tx, &place, digest))?)
    }
}
