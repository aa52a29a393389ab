//! A run: begun, worked on by whoever comes, published.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use glimpse_core::credential::{EpochSigner, Manifest};
use glimpse_core::ids::{SchemaId, UnixTime};
use rand_core::Rng;
use sha2::{Digest, Sha256};

use super::bucket::{Signer, fingerprint};
use super::plan::Cutter;
use super::{KEEP_SECONDS, Progress, Published, RenewalState, RunError};
use crate::records::offers;
use crate::records::published::{self, Contents, Publication};
use crate::records::renewals::{self, Claim, Lease, Place, RenewalRow, Written};
use crate::store::StoreError;
use crate::{Office, OfficeError};

/// Nobody else begins a bucket for so long; the largest takes less than half of it on one core.
pub(super) const LEASE_SECONDS: u64 = 20;
/// How often a bucket is tried in one run.
pub(super) const ATTEMPTS: i64 = 3;
const PAGE: u32 = 8192;

/// Who runs renewals: one for each program that does.
pub struct Renewer<'a> {
    pub(super) office: &'a Office,
    owner: [u8; 16],
    pub(super) clock: &'a (dyn Fn() -> UnixTime + Sync),
    stop: &'a AtomicBool,
    progress: &'a (dyn Fn(&Progress) + Sync),
}

static NEVER: AtomicBool = AtomicBool::new(false);

impl<'a> Renewer<'a> {
    /// One that says nothing of its progress and is never told to stop.
    pub fn new(office: &'a Office, clock: &'a (dyn Fn() -> UnixTime + Sync)) -> Self {
        let mut owner = [0; 16];
        glimpse_terminal::rng().fill_bytes(&mut owner);
        Self {
            office,
            owner,
            clock,
            stop: &NEVER,
            progress: &|_| (),
        }
    }

    /// Stops between two buckets once this is true.
    #[must_use]
    pub fn until(self, stop: &'a AtomicBool) -> Self {
        Self { stop, ..self }
    }

    /// Tells how far it is.
    #[must_use]
    pub fn telling(self, progress: &'a (dyn Fn(&Progress) + Sync)) -> Self {
        Self { progress, ..self }
    }

    /// Another run of each of a schema's renewals.
    ///
    /// # Errors
    /// As [`Office::renew`].
    pub fn run_schema(&self, schema: SchemaId) -> Result<Vec<Published>, OfficeError> {
        let now = (self.clock)();
        self.office.store.write(|tx| offers::forget(tx, now))?;
        let places = self.places_of(schema, true)?;
        places.iter().map(|place| self.run(place, true)).collect()
    }

    /// Every run that is due: of an epoch that has begun, one that was asked for, one that was cut
    /// off, or one that failed a while ago. A failure of one does not keep the others.
    ///
    /// # Errors
    /// The first failure, once all were tried.
    pub fn run_due(&self) -> Result<Vec<Published>, OfficeError> {
        let (mut published, mut failure) = (Vec::new(), None);
        for place in self.all_places()? {
            let row = self.office.store.read(|tx| renewals::find(tx, &place))?;
            if !self.is_due(row.as_ref())? {
                continue;
            }
            match self.run(&place, false) {
                Ok(done) => published.push(done),
                Err(error @ OfficeError::Renewal(RunError::Stopped)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, schema = %place.schema, key = %place.key, "renewal");
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(published), Err)
    }

    /// One run, or what is left of one, until it is published.
    fn run(&self, place: &Place, again: bool) -> Result<Published, OfficeError> {
        let mut signed = 0;
        self.begin(place, again)?;
        loop {
            let row = self.office.store.read(|tx| renewals::find(tx, place))?;
            let row = row.ok_or(StoreError::Damaged)?;
            match row.state {
                RenewalState::Running => signed += self.drive(place, row.run)?,
                RenewalState::Failed => {
                    let why = row.failure.unwrap_or_default();
                    return Err(RunError::Bucket(why).into());
                }
                // Somebody asked for another while this one was under way.
                RenewalState::Done if row.wanted > row.run => {
                    self.begin(place, false)?;
                }
                RenewalState::Done => return self.published(place, &row, signed),
            }
        }
    }

    fn published(
        &self,
        place: &Place,
        row: &RenewalRow,
        signed: u64,
    ) -> Result<Published, OfficeError> {
        let (manifest, read) = self.office.read_manifest(place.schema, place.key)?;
        Ok(Published {
            schema: place.schema,
            key: place.key,
            epoch: read.epoch,
            buckets: read.buckets,
            manifest,
            renewed: row.renewed,
            signed,
        })
    }

    /// Makes sure that there is a run to work on, and, with `again`, that one begins after this
    /// moment.
    pub(super) fn begin(&self, place: &Place, again: bool) -> Result<(), OfficeError> {
        let store = &self.office.store;
        loop {
            let now = (self.clock)();
            let row = store.read(|tx| renewals::find(tx, place))?;
            let begun = match row {
                None => {
                    let starts = self.cut(place, Vec::new())?;
                    store.write(|tx| renewals::begin(tx, place, &starts, now))?
                }
                Some(row) if row.state == RenewalState::Running => {
                    if again {
                        store.write(|tx| renewals::want(tx, place, row.run + 1))?;
                    }
                    true
                }
                Some(row) if again || self.is_due(Some(&row))? => {
                    let before = store.read(|tx| renewals::starts(tx, place))?;
                    let starts = self.cut(place, before)?;
                    store.write(|tx| renewals::begin_again(tx, place, row.run, &starts, now))?
                }
                Some(_) => true,
            };
            if begun {
                return Ok(());
            }
        }
    }

    /// Cuts the live handles into buckets, a page of them at a time.
    fn cut(&self, place: &Place, before: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, OfficeError> {
        let (schema, key) = (place.schema, place.key);
        self.office.store.read(|tx| {
            let mut cutter = Cutter::new(renewals::live(tx, schema, key)?, before);
            let mut after = Vec::new();
            loop {
                let page = renewals::handles_after(tx, schema, key, &after, PAGE)?;
                let Some(last) = page.last() else {
                    return Ok(cutter.finish());
                };
                after = last.0.to_vec();
                page.iter().for_each(|handle| cutter.push(*handle));
            }
        })
    }

    /// Works on a run until all of it is done, by this program or by others, and publishes it.
    /// Returns how many buckets this one has signed.
    fn drive(&self, place: &Place, run: i64) -> Result<u64, OfficeError> {
        let store = &self.office.store;
        let context = self.office.context_of(place.schema, place.key)?;
        let ring = self.office.keys.ring();
        let signer = Signer {
            context: &context,
            epoch: EpochSigner::new(&context, place.epoch)?,
            secret: ring.secret(place.key)?,
            keys: &self.office.keys,
        };
        let mut signed = 0;
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped.into());
            }
            let now = (self.clock)();
            let lease = Lease {
                owner: &self.owner,
                now,
                until: UnixTime(now.0.saturating_add(LEASE_SECONDS)),
                attempts: ATTEMPTS,
            };
            let claim = store.write(|tx| renewals::claim(tx, place, run, &lease))?;
            let claimed = claim.is_some();
            if let Some(claim) = claim {
                signed += u64::from(self.work(&signer, place, run, &claim)?);
            }
            let count = store.read(|tx| renewals::count(tx, place, run, ATTEMPTS))?;
            (self.progress)(&Progress {
                schema: place.schema,
                key: place.key,
                epoch: place.epoch,
                buckets: count.all,
                done: count.done,
            });
            if count.done == count.all {
                self.publish(place, run)?;
                return Ok(signed);
            }
            if count.done + count.stuck == count.all {
                store.write(|tx| renewals::fail(tx, place, run, now))?;
                return Ok(signed);
            }
            if !claimed {
                // Others are at what is left; should one of them end, its lease does.
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    /// One bucket; whether it was signed.
    fn work(
        &self,
        signer: &Signer<'_>,
        place: &Place,
        run: i64,
        claim: &Claim,
    ) -> Result<bool, OfficeError> {
        let store = &self.office.store;
        let (first, owner) = (&claim.first, &self.owner);
        let end = claim.end.as_deref();
        let input = match store.read(|tx| renewals::live_in(tx, place, first, end)) {
            Ok(input) => input,
            Err(StoreError::Damaged) => {
                let failure = "a record of a credential is not as this program writes it";
                store.write(|tx| renewals::give_back(tx, place, owner, first, failure))?;
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        };
        let fingerprint = fingerprint(&input);
        if claim.fingerprint == Some(fingerprint) {
            store.write(|tx| renewals::finish(tx, place, run, owner, first, None))?;
            return Ok(false);
        }
        match signer.bucket(place, &input) {
            Ok(octets) => {
                let written = Written {
                    fingerprint: &fingerprint,
                    digest: &Sha256::digest(&octets).into(),
                    octets: &octets,
                    renewed: u32::try_from(input.len()).map_err(|_| StoreError::Damaged)?,
                };
                Ok(store
                    .write(|tx| renewals::finish(tx, place, run, owner, first, Some(&written)))?)
            }
            Err(handle) => {
                let failure = format!("the record of credential {handle} is damaged");
                tracing::warn!(%handle, "a credential cannot be renewed");
                store.write(|tx| renewals::give_back(tx, place, owner, first, &failure))?;
                Ok(false)
            }
        }
    }

    /// Signs the manifest of a run that is done, and lets everybody see it.
    fn publish(&self, place: &Place, run: i64) -> Result<(), OfficeError> {
        let office = self.office;
        let contents = office
            .store
            .read(|tx| published::contents(tx, place, run))?;
        let Some(contents) = contents else {
            // Another run has begun since.
            return Ok(());
        };
        let Contents {
            digests,
            renewed,
            size,
        } = contents;
        let manifest = Manifest {
            issuer: office.id(),
            schema: place.schema,
            key: place.key,
            epoch: place.epoch,
            buckets: digests,
        };
        let ring = office.keys.ring();
        let manifest = manifest.sign(&ring.signing);
        let signer = ring.signing.verifying_key();
        // What wallets would refuse is not published.
        Manifest::verify(&manifest, &signer)?;
        let now = (self.clock)();
        let publication = Publication {
            manifest: &manifest,
            signer: &signer.to_bytes(),
            renewed,
            size,
            now,
            keep_since: UnixTime(now.0.saturating_sub(KEEP_SECONDS)),
        };
        office.store.write(|tx| {
            if published::publish(tx, place, run, &publication)? {
                let detail = format!("{} {} {renewed}", place.key, place.epoch.0);
                office.note(tx, now, "office", "renewal.publish", place.schema, &detail)?;
            }
            Ok(())
        })
    }
}
