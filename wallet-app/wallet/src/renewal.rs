//! Renewal: an epoch's manifest and all of its buckets, however they came.

use glimpse_core::credential::{Bucket, Manifest, RenewalError, open_row};
use glimpse_core::ids::UnixTime;
use glimpse_core::trust::IssuerEntry;

use crate::WalletError;
use crate::wallet::Wallet;

/// What a renewal did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// How many credentials were renewed.
    pub renewed: usize,
    /// How many are of this issuer and schema but were not renewed: those are revoked.
    pub absent: usize,
}

impl Wallet {
    /// Reads a manifest that an issuer on the trust list has signed: it says which buckets there are.
    ///
    /// # Errors
    /// [`WalletError::UnknownManifest`].
    pub fn manifest(&self, octets: &[u8], now: UnixTime) -> Result<Manifest, WalletError> {
        let by = |issuer: &IssuerEntry| {
            let manifest = Manifest::verify(octets, &issuer.signing).ok();
            manifest.filter(|m| m.issuer == issuer.id)
        };
        let found = self.trusted(now)?.issuers.iter().find_map(by);
        found.ok_or(WalletError::UnknownManifest)
    }

    /// Takes an epoch's manifest and its buckets, all of them.
    ///
    /// # Errors
    /// [`WalletError::UnknownManifest`], [`WalletError::Renewal`] for a bucket that is missing or
    /// not the manifest's.
    pub fn renew(
        &mut self,
        manifest: &[u8],
        buckets: &[Vec<u8>],
        now: UnixTime,
    ) -> Result<Renewed, WalletError> {
        let manifest = self.manifest(manifest, now)?;
        // Where one is missing, "absent" would not mean "revoked".
        if buckets.len() != manifest.buckets.len() {
            return Err(RenewalError::Digest.into());
        }
        let numbered = buckets.iter().enumerate();
        let buckets = numbered
            .map(|(number, octets)| manifest.open_bucket(number, octets))
            .collect::<Result<Vec<_>, _>>()?;
        let mut outcome = Renewed::default();
        for held in &mut self.held {
            let context = &held.context;
            let same = (manifest.issuer, manifest.schema, manifest.key)
                == (context.issuer, context.schema_id, context.key_id);
            if !same || manifest.epoch <= held.credential.epoch {
                continue;
            }
            let row = |bucket: &Bucket| bucket.row(held.credential.handle).ok().cloned();
            let row = buckets.iter().find_map(row);
            let open = |row| open_row(context, &held.credential.renewal_key, manifest.epoch, &row);
            let found = row.map(open).transpose()?;
            let Some(signature) = found else {
                outcome.absent += 1;
                continue;
            };
            held.credential
                .renew(context, manifest.epoch, signature, now)?;
            self.vault
                .identity
                .update(held.row, &held.credential.to_octets())?;
            outcome.renewed += 1;
        }
        Ok(outcome)
    }
}
