//! Renewal: what the office publishes for an epoch.

use glimpse_core::credential::{Bucket, MAX_BUCKETS, Manifest, renew, seal_row};
use glimpse_core::ids::{SchemaId, UnixTime};
use sha2::{Digest, Sha256};

use super::{Office, OfficeError};
use crate::records::{holders, offers};

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

impl Office {
    /// Renews every live credential of a schema for the epoch that `now` falls in.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Credential`].
    pub fn renew(&self, schema: SchemaId, now: UnixTime) -> Result<Renewal, OfficeError> {
        let context = self.context(schema)?;
        let epoch = context.schema.epoch_of(now);
        let ring = self.keys.ring();
        let secret = ring.secret(context.key_id)?;
        self.store.write(|tx| offers::forget(tx, now))?;
        let mut rows = Vec::new();
        let live = self
            .store
            .read(|tx| holders::live_after(tx, schema, context.key_id, None, u32::MAX))?;
        for (handle, b0) in live {
            let signature = renew(&context, secret, &b0, epoch)?;
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
        let manifest = manifest.sign(&ring.signing);
        // What wallets would refuse is not published.
        Manifest::verify(&manifest, &self.signing_key())?;
        Ok(Renewal {
            manifest,
            buckets,
            renewed,
        })
    }
}
