//! How renewals stand, for the page.

use glimpse_core::ids::{EpochDay, KeyId, SchemaId, UnixTime};

use super::{RenewalState, Renewer};
use crate::records::renewals;
use crate::{Office, OfficeError};

/// How the renewal of a schema and key stands in the epoch of now.
#[derive(Clone, Debug)]
pub struct RenewalStatus {
    /// Of which schema.
    pub schema: SchemaId,
    /// Of which key.
    pub key: KeyId,
    /// For which epoch.
    pub epoch: EpochDay,
    /// When the next one begins.
    pub next: EpochDay,
    /// None where it has not begun.
    pub state: Option<RenewalState>,
    /// How many buckets there are, as planned.
    pub buckets: u64,
    /// How many of them the last run has done.
    pub done: u64,
    /// How many credentials the published files renew.
    pub renewed: u64,
    /// How many octets those files have.
    pub size: u64,
    /// When the last run began.
    pub started: Option<UnixTime>,
    /// When it ended.
    pub finished: Option<UnixTime>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Office {
    /// How each renewal stands.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn renewal_status(&self, now: UnixTime) -> Result<Vec<RenewalStatus>, OfficeError> {
        let clock = || now;
        let places = Renewer::new(self, &clock).all_places()?;
        let status = |place: &renewals::Place| -> Result<RenewalStatus, OfficeError> {
            let days = self.context(place.schema)?.schema.epoch_days;
            let mut status = RenewalStatus {
                schema: place.schema,
                key: place.key,
                epoch: place.epoch,
                next: EpochDay(place.epoch.0.saturating_add(days)),
                state: None,
                buckets: 0,
                done: 0,
                renewed: 0,
                size: 0,
                started: None,
                finished: None,
                failure: None,
            };
            self.store.read(|tx| {
                if let Some(row) = renewals::find(tx, place)? {
                    let count = renewals::count(tx, place, row.run, super::run::ATTEMPTS)?;
                    status = RenewalStatus {
                        state: Some(row.state),
                        buckets: count.all,
                        done: count.done,
                        renewed: row.renewed,
                        size: row.size,
                        started: Some(row.started),
                        finished: row.finished,
                        failure: row.failure,
                        ..status
                    };
                }
                Ok(status)
            })
        };
        places.iter().map(status).collect()
    }

    /// How many renewals are due or under way.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn renewals_due(&self, now: UnixTime) -> Result<u64, OfficeError> {
        let all = self.renewal_status(now)?;
        let due = all.iter().filter(|s| s.state != Some(RenewalState::Done));
        Ok(due.count() as u64)
    }
}
