//! The issuing office: its keys in a sealed file, its records in SQLite, and what it does with
//! both: offer, issue, revoke, renew.

pub mod cli;
pub mod json;
mod keys;
mod store;

use std::path::Path;

use ed25519_dalek::VerifyingKey;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Bucket, CredentialContext, CredentialError, Decided, IssuanceRequest, MAX_BUCKETS, Manifest,
    Offer, Schema, Value, issue, renew, seal_row,
};
use glimpse_core::curve::PublicKey;
use glimpse_core::ids::{Handle, IssuerId, SchemaId, UnixTime};
use glimpse_core::presentation::Registration;
use glimpse_core::sealed::{Cost, SealedError};
use glimpse_core::signed::read_many;
use glimpse_core::trust::{IssuerEntry, IssuerKey, TrustError, TrustList};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use keys::OfficeKeys;
pub use store::HolderStatus;
use store::{Store, UsedOffer};

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
    /// The record store failed.
    #[error("the office's records: {0}")]
    Store(#[from] rusqlite::Error),
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
}

/// An epoch's files, to be published anywhere.
pub struct Renewal {
    /// The signed manifest.
    pub manifest: Vec<u8>,
    /// The buckets, in the manifest's order.
    pub buckets: Vec<Vec<u8>>,
    /// How many credentials were renewed.
    pub renewed: usize,
}

/// The least rows of a bucket: a wallet that fetches one is one of so many.
pub const BUCKET_ROWS: usize = 1024;

/// An issuing office in a folder.
pub struct Office {
    keys: OfficeKeys,
    store: Store,
}

const KEY_FILE: &str = "office.keys";
const STORE_FILE: &str = "office.db";

impl Office {
    /// Creates an office: fresh keys, sealed under the passphrase, and an empty store.
    ///
    /// # Errors
    /// [`OfficeError::Exists`] and those of files.
    pub fn create(
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, OfficeError> {
        let path = folder.join(KEY_FILE);
        if path.exists() {
            return Err(OfficeError::Exists);
        }
        let file = |what| move |source| OfficeError::File { what, source };
        glimpse_terminal::create_private_folder(folder)
            .map_err(file("creating the office's folder"))?;
        let keys = OfficeKeys::generate(rng);
        let sealed = keys.seal(passphrase, cost, rng)?;
        let store = Store::open(&folder.join(STORE_FILE))?;
        glimpse_terminal::write_atomically(&path, &sealed)
            .map_err(file("writing the office's key file"))?;
        Ok(Self { keys, store })
    }

    /// Whether there is an office in this folder.
    pub fn exists(folder: &Path) -> bool {
        folder.join(KEY_FILE).exists()
    }

    /// Opens an office.
    ///
    /// # Errors
    /// [`OfficeError::Missing`], [`OfficeError::Keys`], and those of files.
    pub fn open(folder: &Path, passphrase: &[u8]) -> Result<Self, OfficeError> {
        let path = folder.join(KEY_FILE);
        if !path.exists() {
            return Err(OfficeError::Missing);
        }
        let sealed = std::fs::read(&path).map_err(|source| OfficeError::File {
            what: "reading the office's key file",
            source,
        })?;
        let keys = OfficeKeys::open(passphrase, &sealed)?;
        Ok(Self {
            keys,
            store: Store::open(&folder.join(STORE_FILE))?,
        })
    }

    /// The office's id.
    pub fn id(&self) -> IssuerId {
        self.keys.id
    }

    /// The key that signs offers and manifests.
    pub fn signing_key(&self) -> VerifyingKey {
        self.keys.signing.verifying_key()
    }

    /// Adds a schema; adding it again changes nothing.
    ///
    /// # Errors
    /// [`OfficeError::Credential`] for one that is not acceptable.
    pub fn add_schema(&self, schema: &Schema) -> Result<SchemaId, OfficeError> {
        schema.check().map_err(CredentialError::from)?;
        self.store.add_schema(schema.id(), &schema.to_octets())?;
        Ok(schema.id())
    }

    /// The office's schemas.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn schemas(&self) -> Result<Vec<Schema>, OfficeError> {
        let read = |octets: &Vec<u8>| Schema::from_octets(octets).map_err(CredentialError::from);
        Ok(self
            .store
            .schemas()?
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?)
    }

    /// The context of one of the office's schemas.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`].
    pub fn context(&self, schema: SchemaId) -> Result<CredentialContext, OfficeError> {
        let found = self.schemas()?.into_iter().find(|s| s.id() == schema);
        let key = PublicKey::of(&self.keys.bbs);
        Ok(CredentialContext::new(
            found.ok_or(OfficeError::UnknownSchema)?,
            self.keys.id,
            key,
        )?)
    }

    /// What a trust list says of this office.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn trust_entry(
        &self,
        names: Texts,
        region: &str,
        not_before: UnixTime,
        not_after: UnixTime,
    ) -> Result<IssuerEntry, OfficeError> {
        Ok(IssuerEntry {
            id: self.keys.id,
            names,
            signing: self.signing_key(),
            keys: vec![IssuerKey {
                key: PublicKey::of(&self.keys.bbs),
                not_before,
                not_after,
            }],
            schemas: self.store.schemas()?,
            region: region.to_owned(),
        })
    }

    /// Signs a trust list as its publisher.
    pub fn sign_list(&self, list: &TrustList) -> Vec<u8> {
        list.sign(&[&self.keys.signing])
    }

    /// Adds this office's signature to a trust list that other publishers have signed.
    ///
    /// # Errors
    /// [`OfficeError::List`] for what is no list that can be read.
    pub fn countersign_list(&self, octets: &[u8]) -> Result<Vec<u8>, OfficeError> {
        // Nobody signs what she cannot read.
        let document = read_many(octets).map_err(TrustError::from)?;
        TrustList::from_payload(document.payload).map_err(TrustError::from)?;
        Ok(TrustList::countersign(octets, &self.keys.signing).map_err(TrustError::from)?)
    }

    /// Signs a verifier's registration as a publisher of a trust list.
    pub fn sign_registration(&self, registration: &Registration) -> Vec<u8> {
        registration.sign(&self.keys.signing)
    }

    /// Makes a one-time offer.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Store`].
    pub fn offer(
        &self,
        schema: SchemaId,
        expires: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, OfficeError> {
        let context = self.context(schema)?;
        let mut code = [0; 16];
        rng.fill_bytes(&mut code);
        let (issuer, key) = (self.keys.id, context.key_id);
        let octets = Offer {
            issuer,
            schema,
            key,
            code,
            expires,
        }
        .sign(&self.keys.signing);
        self.store.add_offer(&code, &octets, expires)?;
        Ok(octets)
    }

    /// The schema of the credential that a wallet's request is for: its values are wanted next.
    ///
    /// # Errors
    /// [`OfficeError::Offer`] for a request that answers no offer of this office.
    pub fn schema_of(&self, request: &[u8]) -> Result<Schema, OfficeError> {
        let code = IssuanceRequest::from_octets(request)?.code;
        let octets = self.store.offer_octets(&code)?.ok_or(OfficeError::Offer)?;
        // Its time is looked at when the credential is issued.
        let offer = Offer::verify(&octets, &self.signing_key(), UnixTime(0))?;
        let found = self.schemas()?.into_iter().find(|s| s.id() == offer.schema);
        found.ok_or(OfficeError::UnknownSchema)
    }

    /// Whether this request was answered before: [`Office::issue`] then gives the answer of then,
    /// with the values of then.
    ///
    /// # Errors
    /// [`OfficeError::Credential`], [`OfficeError::Store`].
    pub fn was_answered(&self, request: &[u8]) -> Result<bool, OfficeError> {
        let code = IssuanceRequest::from_octets(request)?.code;
        let used = self.store.offer(&code, request)?;
        Ok(matches!(used, UsedOffer::BySame(_)))
    }

    /// Signs for the holder who answered an offer. The same request gets the same answer again:
    /// a line that broke costs nothing, and a code yields one credential. `reference` is the
    /// office's own, by which [`Office::holders`] lists the holder; it may be empty.
    ///
    /// # Errors
    /// [`OfficeError::Offer`], [`OfficeError::Credential`].
    pub fn issue(
        &mut self,
        request: &[u8],
        values: Vec<Value>,
        reference: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Zeroizing<Vec<u8>>, OfficeError> {
        let parsed = IssuanceRequest::from_octets(request)?;
        let offer_octets = match self.store.offer(&parsed.code, request)? {
            UsedOffer::Unknown | UsedOffer::ByAnother => return Err(OfficeError::Offer),
            UsedOffer::BySame(answer) => return self.keys.open_answer(&parsed.code, &answer),
            UsedOffer::Open(octets) => octets,
        };
        let offer = Offer::verify(&offer_octets, &self.signing_key(), now)?;
        let context = self.context(offer.schema)?;
        let epoch = context.schema.epoch_of(now);
        let mut handle = Handle([0; 8]);
        rng.fill_bytes(&mut handle.0);
        let renewal_key = self.keys.renewal_key(handle);
        let issued = issue(
            &context,
            &self.keys.bbs,
            &offer,
            &offer_octets,
            &parsed,
            Decided {
                values,
                epoch,
                handle,
                renewal_key,
            },
            rng,
        )?;
        let answer = issued.response.to_octets();
        let sealed = self.keys.seal_answer(&parsed.code, &answer, rng)?;
        // One transaction: the offer is used and the holder is known, or neither.
        let recorded = self.store.record(
            &parsed.code,
            request,
            &sealed,
            handle,
            offer.schema,
            &issued.b0,
            reference,
            now,
        )?;
        if recorded {
            Ok(answer)
        } else {
            Err(OfficeError::Offer)
        }
    }

    /// Every holder's handle and status.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn holders(&self) -> Result<Vec<HolderStatus>, OfficeError> {
        Ok(self.store.holders()?)
    }

    /// Revokes: the credential is absent from the next renewal.
    ///
    /// # Errors
    /// [`OfficeError::UnknownHandle`].
    pub fn revoke(&self, handle: Handle, reason: &str, now: UnixTime) -> Result<(), OfficeError> {
        if self.store.revoke(handle, reason, now)? {
            Ok(())
        } else {
            Err(OfficeError::UnknownHandle)
        }
    }

    /// Renews every live credential of a schema for the epoch that `now` falls in.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Credential`].
    pub fn renew(&self, schema: SchemaId, now: UnixTime) -> Result<Renewal, OfficeError> {
        let context = self.context(schema)?;
        let epoch = context.schema.epoch_of(now);
        self.store.forget(now)?;
        let mut rows = Vec::new();
        for (handle, b0) in self.store.live(schema)? {
            let signature = renew(&context, &self.keys.bbs, &b0, epoch)?;
            let key = self.keys.renewal_key(handle);
            rows.push(seal_row(&context, &key, handle, epoch, &signature));
        }
        let renewed = rows.len();
        rows.sort_by_key(|row| row.handle);
        // Whole buckets of at least BUCKET_ROWS: the last takes what is left over.
        let size = BUCKET_ROWS.max(renewed.div_ceil(MAX_BUCKETS));
        let count = (renewed / size).max(1);
        let mut buckets = Vec::with_capacity(count);
        for left in (0..count).rev() {
            let rest = if left == 0 {
                Vec::new()
            } else {
                rows.split_off(size)
            };
            let rows = std::mem::replace(&mut rows, rest);
            buckets.push(Bucket { epoch, rows }.to_octets());
        }
        let digests = buckets.iter().map(|b| Sha256::digest(b).into()).collect();
        let (issuer, key) = (context.issuer, context.key_id);
        let manifest = Manifest {
            issuer,
            schema,
            key,
            epoch,
            buckets: digests,
        };
        let manifest = manifest.sign(&self.keys.signing);
        // What wallets would refuse is not published.
        Manifest::verify(&manifest, &self.signing_key())?;
        Ok(Renewal {
            manifest,
            buckets,
            renewed,
        })
    }
}

#[cfg(test)]
mod tests;
