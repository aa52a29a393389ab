//! Renewal by epoch: a revoked credential is one that is not renewed. spec:GL-4
//!
//! Each epoch the issuer signs B = B0 + H_1·epoch for every live handle and publishes buckets of
//! sealed rows with a signed manifest. A wallet fetches whole buckets.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::bbs::signature::Signature;
use crate::cbor::{CborError, Reader, Writer};
use crate::curve::{G1, G1Affine, Scalar, SecretScalar};
use crate::ids::{EpochDay, Handle, IssuerId, KeyId, SchemaId};
use crate::signed::{self, Kind};

use super::{CredentialContext, CredentialError, EPOCH_INDEX};

const SEALED_LEN: usize = Signature::LEN + 16;
const MAX_ROWS: usize = 1 << 16;
/// The most buckets of an epoch.
pub const MAX_BUCKETS: usize = 1 << 10;

/// Why a renewal row is not there or does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// The bucket is not the one the manifest names.
    #[error("the bucket is not the one that the issuer's manifest names")]
    Digest,
    /// The handle has no row: the credential was not renewed.
    #[error("the issuer has not renewed this credential")]
    NotRenewed,
    /// The row does not open under the credential's key.
    #[error("the renewal is damaged or not for this credential")]
    Sealed,
}

/// Signs for an epoch. `e` follows from (SK, B), so it differs whenever B does.
///
/// # Errors
/// [`CredentialError::Bbs`] for a B0 that does not decode, [`CredentialError::Epoch`].
pub fn renew(
    context: &CredentialContext,
    sk: &SecretScalar,
    b0: &[u8; G1::LEN],
    epoch: EpochDay,
) -> Result<[u8; Signature::LEN], CredentialError> {
    EpochSigner::new(context, epoch)?.sign(sk, b0)
}

/// What signs many credentials for one epoch.
pub struct EpochSigner<'a> {
    context: &'a CredentialContext,
    /// H_1·epoch
    term: G1,
}

impl<'a> EpochSigner<'a> {
    /// For this context and epoch.
    ///
    /// # Errors
    /// [`CredentialError::Epoch`] for a day that is none of the schema's.
    pub fn new(context: &'a CredentialContext, epoch: EpochDay) -> Result<Self, CredentialError> {
        if !context.schema.is_epoch(epoch) {
            return Err(CredentialError::Epoch);
        }
        let epoch = core::iter::once((EPOCH_INDEX, Scalar::from(epoch.0)));
        let term = context.key.generators().sum_secret(epoch);
        Ok(Self { context, term })
    }

    /// Signs B = B0 + H_1·epoch.
    ///
    /// # Errors
    /// [`CredentialError::Bbs`] for a B0 that does not decode.
    pub fn sign(
        &self,
        sk: &SecretScalar,
        b0: &[u8; G1::LEN],
    ) -> Result<[u8; Signature::LEN], CredentialError> {
        let b0 = G1Affine::from_octets(b0).map_err(crate::bbs::Error::from)?;
        let b = G1::from(b0) + self.term;
        Ok(self.context.key.finalize_blind_sign(sk, &b)?.to_octets())
    }
}

fn nonce(epoch: EpochDay, handle: Handle) -> XNonce {
    let mut nonce = [0; 24];
    let parts = epoch.0.to_be_bytes().into_iter().chain(handle.0);
    nonce
        .iter_mut()
        .zip(parts)
        .for_each(|(place, octet)| *place = octet);
    nonce.into()
}

/// Seals a renewed signature to its holder. One message per key and nonce: the signature is a
/// function of handle and epoch.
pub fn seal_row(
    context: &CredentialContext,
    key: &[u8; 32],
    handle: Handle,
    epoch: EpochDay,
    signature: &[u8; Signature::LEN],
) -> SealedRow {
    let payload = Payload {
        msg: signature,
        aad: &context.header,
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&nonce(epoch, handle), payload)
        .ok()
        .and_then(|s| s.try_into().ok())
        .unwrap_or([0; SEALED_LEN]);
    SealedRow { handle, sealed }
}

/// Opens a row.
///
/// # Errors
/// [`RenewalError::Sealed`].
pub fn open_row(
    context: &CredentialContext,
    key: &[u8; 32],
    epoch: EpochDay,
    row: &SealedRow,
) -> Result<[u8; Signature::LEN], RenewalError> {
    let payload = Payload {
        msg: &row.sealed,
        aad: &context.header,
    };
    let opened = XChaCha20Poly1305::new(key.into())
        .decrypt(&nonce(epoch, row.handle), payload)
        .map_err(|_| RenewalError::Sealed)?;
    opened.try_into().map_err(|_| RenewalError::Sealed)
}

/// One sealed signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// Whose it is.
    pub handle: Handle,
    sealed: [u8; SEALED_LEN],
}

/// A run of rows, ascending by handle; fetched whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The epoch.
    pub epoch: EpochDay,
    /// The rows.
    pub rows: Vec<SealedRow>,
}

impl Bucket {
    /// The file's octets; sorts the rows.
    pub fn to_octets(&mut self) -> Vec<u8> {
        self.rows.sort_by_key(|r| r.handle);
        let mut w = Writer::new();
        w.array(3)
            .uint(1)
            .uint(self.epoch.0.into())
            .array(self.rows.len());
        for row in &self.rows {
            w.array(2).bytes(&row.handle.0).bytes(&row.sealed);
        }
        w.into_vec()
    }

    /// Reads a bucket.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(3)?;
        let epoch = EpochDay(r.uint_up_to(u32::MAX)?);
        let rows = r.list(0, MAX_ROWS, |r| {
            r.tuple(2)?;
            Ok::<_, CborError>(SealedRow {
                handle: Handle(r.array_of()?),
                sealed: r.array_of()?,
            })
        })?;
        r.finish()?;
        if rows.is_sorted_by(|a, b| a.handle < b.handle) {
            Ok(Self { epoch, rows })
        } else {
            Err(CborError::Keys)
        }
    }

    /// The row of a handle.
    ///
    /// # Errors
    /// [`RenewalError::NotRenewed`].
    pub fn row(&self, handle: Handle) -> Result<&SealedRow, RenewalError> {
        let found = self.rows.binary_search_by_key(&handle, |r| r.handle);
        found
            .ok()
            .and_then(|i| self.rows.get(i))
            .ok_or(RenewalError::NotRenewed)
    }
}

/// What an issuer publishes for an epoch, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The issuer.
    pub issuer: IssuerId,
    /// The schema.
    pub schema: SchemaId,
    /// The key.
    pub key: KeyId,
    /// The epoch.
    pub epoch: EpochDay,
    /// SHA-256 of each bucket.
    pub buckets: Vec<[u8; 32]>,
}

impl Manifest {
    /// The signed document.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(6)
            .uint(1)
            .uint(1)
            .uint(2)
            .bytes(&self.issuer.0)
            .uint(3)
            .bytes(&self.schema.0);
        w.uint(4)
            .bytes(&self.key.0)
            .uint(5)
            .uint(self.epoch.0.into());
        w.uint(6).array(self.buckets.len());
        self.buckets.iter().for_each(|b| {
            w.bytes(b);
        });
        signed::sign(Kind::Manifest, &w.into_vec(), key)
    }

    /// Reads a manifest and checks its signature.
    ///
    /// # Errors
    /// [`CredentialError::Signed`], [`CredentialError::Encoding`].
    pub fn verify(octets: &[u8], key: &VerifyingKey) -> Result<Self, CredentialError> {
        let mut r = Reader::new(signed::read(octets)?.verify(Kind::Manifest, key)?);
        r.versioned_map(6)?;
        let manifest = Self {
            issuer: IssuerId(r.key(2)?.array_of()?),
            schema: SchemaId(r.key(3)?.array_of()?),
            key: KeyId(r.key(4)?.array_of()?),
            epoch: EpochDay(r.key(5)?.uint_up_to(u32::MAX)?),
            buckets: r.key(6)?.list(1, MAX_BUCKETS, |r| r.array_of())?,
        };
        r.finish()?;
        Ok(manifest)
    }

    /// Reads bucket `number`, once its digest is the one named.
    ///
    /// # Errors
    /// [`RenewalError::Digest`].
    pub fn open_bucket(&self, number: usize, octets: &[u8]) -> Result<Bucket, RenewalError> {
        let digest: [u8; 32] = Sha256::digest(octets).into();
        let bucket = Bucket::from_octets(octets).map_err(|_| RenewalError::Digest)?;
        if self.buckets.get(number) == Some(&digest) && bucket.epoch == self.epoch {
            Ok(bucket)
        } else {
            Err(RenewalError::Digest)
        }
    }
}
