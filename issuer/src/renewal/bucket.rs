//! One bucket: its holders in, its file out.

use glimpse_core::credential::{Bucket, CredentialContext, EpochSigner, seal_row};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::Handle;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::keys::OfficeKeys;
use crate::records::renewals::Place;

/// What is signed: handles and B0, ascending.
pub(super) type Input = [(Handle, [u8; 48])];

/// The input's digest. The same input gives the same bucket.
pub(super) fn fingerprint(input: &Input) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(b"glimpse/renewal-input/1");
    for (handle, b0) in input {
        hash.update(handle.0);
        hash.update(b0);
    }
    hash.finalize().into()
}

/// What a bucket is made with.
pub(super) struct Signer<'a> {
    pub(super) context: &'a CredentialContext,
    pub(super) epoch: EpochSigner<'a>,
    pub(super) secret: &'a SecretScalar,
    pub(super) keys: &'a OfficeKeys,
}

impl Signer<'_> {
    /// Signs and seals every row, on all cores.
    ///
    /// # Errors
    /// The handle of a record that cannot be signed.
    pub(super) fn bucket(&self, place: &Place, input: &Input) -> Result<Vec<u8>, Handle> {
        let row = |(handle, b0): &(Handle, [u8; 48])| {
            let signature = self.epoch.sign(self.secret, b0).map_err(|_| *handle)?;
            let key = self.keys.renewal_key(*handle);
            Ok(seal_row(
                self.context,
                &key,
                *handle,
                place.epoch,
                &signature,
            ))
        };
        let rows = input.par_iter().with_min_len(16).map(row);
        let mut bucket = Bucket {
            epoch: place.epoch,
            rows: rows.collect::<Result<_, _>>()?,
        };
        Ok(bucket.to_octets())
    }
}
