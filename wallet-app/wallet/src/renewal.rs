//! Renewal: an epoch's manifest and all of its buckets, however they came, one bucket at a time.

use glimpse_core::credential::{Manifest, RenewalError, SealedRow, open_row};
use glimpse_core::ids::{EpochDay, Handle, UnixTime};
use glimpse_core::trust::IssuerEntry;

use crate::WalletError;
use crate::online::offer::Ids;
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
    manifest: Manifest,
    wanted: Vec<(Wanted, Option<SealedRow>)>,
    next: usize,
}

/// A card that is to be renewed. Nothing in it is secret, though it joins a wallet to a handle.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    row: i64,
    handle: Handle,
    epoch: EpochDay,
}

impl Wanted {
    pub(crate) fn of(held: &Held) -> Self {
        Self {
            row: held.row,
            handle: held.credential.handle,
            epoch: held.credential.epoch,
        }
    }
}

impl Round {
    /// For the cards that the manifest is newer than.
    pub(crate) fn new(manifest: Manifest, wanted: &[Wanted]) -> Self {
        let wanted = wanted.iter().filter(|w| w.epoch < manifest.epoch);
        Self {
            wanted: wanted.map(|w| (*w, None)).collect(),
            manifest,
            next: 0,
        }
    }

    /// Whose it is.
    pub(crate) fn ids(&self) -> Ids {
        Ids {
            issuer: self.manifest.issuer,
            schema: self.manifest.schema,
            key: self.manifest.key,
        }
    }

    /// The period that its files are for.
    pub(crate) fn epoch(&self) -> EpochDay {
        self.manifest.epoch
    }

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
        for (wanted, found) in &mut self.wanted {
            if let Ok(row) = bucket.row(wanted.handle) {
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
        for (wanted, found) in round.wanted {
            let same = |held: &&mut Held| {
                held.row == wanted.row && held.credential.handle == wanted.handle
            };
            // It may have been deleted or renewed meanwhile.
            let held = self.held.iter_mut().find(same);
            let Some(held) = held.filter(|held| held.credential.epoch < epoch) else {
                continue;
            };
            let Some(row) = found else {
                self.vault.identity.revoked(held.row)?;
                held.facts.revoked = true;
                outcome.absent += 1;
                continue;
            };
            let key = &held.credential.renewal_key;
            let signature = open_row(&held.context, key, epoch, &row)?;
            held.credential
                .renew(&held.context, epoch, signature, now)?;
            let record = held.credential.to_octets();
            self.vault.identity.renewed(held.row, &record)?;
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
        let manifest = self.manifest(manifest, now)?;
        let own = (manifest.issuer, manifest.schema, manifest.key);
        let of = |held: &&Held| {
            let context = &held.context;
            !held.facts.rebind && own == (context.issuer, context.schema_id, context.key_id)
        };
        let wanted: Vec<_> = self.held.iter().filter(of).map(Wanted::of).collect();
        let mut round = Round::new(manifest, &wanted);
        if buckets.len() != round.manifest.buckets.len() {
            return Err(RenewalError::Digest.into());
        }
        for octets in buckets {
            round.take(octets)?;
        }
        self.finish_round(round, now)
    }
}
