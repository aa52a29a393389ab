//! When the wallet asks for renewals by itself: drawn once, and kept, so that a restart draws nothing
//! anew.

use glimpse_core::ids::{EpochDay, UnixTime};
use rusqlite::{OptionalExtension, params};

use super::Identity;
use crate::vault::VaultError;

pub(super) const MOMENTS: &str = "
    CREATE TABLE IF NOT EXISTS moments (
        ids BLOB PRIMARY KEY, epoch INTEGER NOT NULL, at INTEGER NOT NULL, tries INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS asked (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;";

fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

impl Identity {
    /// The moment for these cards and this period, and how often it was tried.
    pub(crate) fn moment(
        &self,
        ids: &[u8],
        epoch: EpochDay,
    ) -> Result<Option<(UnixTime, u32)>, VaultError> {
        let sql = "SELECT at, tries FROM moments WHERE ids = ?1 AND epoch = ?2";
        let row = |row: &rusqlite::Row<'_>| {
            Ok((UnixTime(row.get::<_, i64>(0)?.unsigned_abs()), row.get(1)?))
        };
        let found = self.0.connection.query_row(sql, params![ids, epoch.0], row);
        Ok(found.optional()?)
    }

    /// Keeps a moment, in the place of the one of an earlier period.
    pub(crate) fn set_moment(
        &self,
        ids: &[u8],
        epoch: EpochDay,
        at: UnixTime,
        tries: u32,
    ) -> Result<(), VaultError> {
        let sql = "INSERT OR REPLACE INTO moments (ids, epoch, at, tries) VALUES (?1, ?2, ?3, ?4)";
        let values = params![ids, epoch.0, seconds(at), tries];
        self.0.write(|db| db.execute(sql, values).map(drop))
    }

    /// When renewals were last asked for.
    pub(crate) fn last_asked(&self) -> Result<Option<UnixTime>, VaultError> {
        let sql = "SELECT at FROM asked";
        let found = self
            .0
            .connection
            .query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok(found.optional()?.map(|at| UnixTime(at.unsigned_abs())))
    }

    pub(crate) fn set_last_asked(&self, at: UnixTime) -> Result<(), VaultError> {
        let sql = "INSERT OR REPLACE INTO asked (id, at) VALUES (1, ?1)";
        self.0.write(|db| db.execute(sql, [seconds(at)]).map(drop))
    }
}
