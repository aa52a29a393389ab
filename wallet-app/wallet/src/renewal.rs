//! Renewal: an epoch's manifest and all of its buckets, however they came, one bucket at a time.

use glimpse_core::credential::{Manifest, RenewalError, SealedRow, open_row};
use glimpse_core::ids::{Handle, UnixTime};
use glimpse_core::trust::IssuerEntry;

use crate::WalletError;
use crate::wallet::{Held, Wallet};

/// What a renewal did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// How many credentials were renewed.
    pub renewed: usize,
    /// How many are of this issuer and schema but were not renewed: those are revoked.
    pub absent: usize,
}

/// A renewal under way: it needs the wallet at its beginning and end alone. All buckets must pass,
/// also after a row was found: whoever gives them would otherwise see which bucket is the wallet's,
/// and where one is missing "absent" would not mean "revoked".
pub(crate) struct Round {
    pub(crate) manifest: Manifest,
    wanted: Vec<(i64, Handle, Option<SealedRow>)>,
    next: usize,
}

impl Round {
    /// The digest of the bucket that is to come; nothing after the last.
    pub(crate) fn next(&self) -> Option<&[u8; 32]> {
        self.manifest.buckets.get(self.next)
    }

    /// Looks through the next bucket.
    ///
    /// # Errors
    /// [`RenewalError::Digest`] when it is not the one that the manifest names.
    pub(crate) fn take(&mut self, octets: &[u8]) -> Result<(), RenewalError> {
        let bucket = self.manifest.open_bucket(self.next, octets)?;
        for (_, handle, found) in &mut self.wanted {
            if let Ok(row) = bucket.row(*handle) {
                *found = Some(row.clone());
            }
        }
        self.next += 1;
        Ok(())
    }
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

    /// Begins a renewal by this manifest.
    pub(crate) fn round(&self, manifest: Manifest) -> Round {
        let due = |held: &&Held| {
            let context = &held.context;
            let same = (manifest.issuer, manifest.schema, manifest.key)
                == (context.issuer, context.schema_id, context.key_id);
            same && !held.facts.rebind && manifest.epoch > held.credential.epoch
        };
        let wanted = self.held.iter().filter(due);
        let wanted = wanted
            .map(|held| (held.row, held.credential.handle, None))
            .collect();
        Round {
            manifest,
            wanted,
            next: 0,
        }
    }

    /// Ends a renewal of which all buckets have passed.
    ///
    /// # Errors
    /// [`WalletError::Renewal`] where a bucket is missing or a row does not open; what was renewed
    /// before it stays.
    pub(crate) fn finish_round(
        &mut self,
        round: Round,
        now: UnixTime,
    ) -> Result<Renewed, WalletError> {
        if round.next().is_some() {
            return Err(RenewalError::Digest.into());
        }
        let epoch = round.manifest.epoch;
        let mut outcome = Renewed::default();
        for (id, _, found) in round.wanted {
            // It may have been deleted meanwhile.
            let held = self.held.iter_mut().find(|held| held.row == id);
            let Some(held) = held else { continue };
            let Some(row) = found else {
                self.vault.identity.revoked(id)?;
                held.facts.revoked = true;
                outcome.absent += 1;
                continue;
            };
            let key = &held.credential.renewal_key;
            let signature = open_row(&held.context, key, epoch, &row)?;
            held.credential
                .renew(&held.context, epoch, signature, now)?;
            let record = held.credential.to_octets();
            self.vault.identity.renewed(id, &record)?;
            held.facts.revoked = false;
            outcome.renewed += 1;
        }
        Ok(outcome)
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
        let mut round = self.round(self.manifest(manifest, now)?);
        if buckets.len() != round.manifest.buckets.len() {
            return Err(RenewalError::Digest.into());
        }
        for octets in buckets {
            round.take(octets)?;
        }
        self.finish_round(round, now)
    }
}
