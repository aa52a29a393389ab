//! The office's records in SQLite.

use std::path::Path;

use glimpse_core::ids::{Handle, SchemaId, UnixTime};
use rusqlite::{Connection, OptionalExtension, params};

const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001_office.sql")];

const FORGET: &str = "DELETE FROM offers WHERE expires < ?1";

/// A holder's handle and whether it is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderStatus {
    /// The handle.
    pub handle: Handle,
    /// The schema.
    pub schema: SchemaId,
    /// The office's own reference.
    pub reference: String,
    /// Why it was revoked, if it was.
    pub revoked: Option<String>,
}

/// What the store knows of an offer and a request that names it.
pub(crate) enum UsedOffer {
    Unknown,
    Open(Vec<u8>),
    BySame(Vec<u8>),
    ByAnother,
}

pub(crate) struct Store(Connection);

fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

impl Store {
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let mut db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "secure_delete", "ON")?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        let done: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for (number, migration) in (1u32..)
            .zip(MIGRATIONS)
            .filter(|(number, _)| *number > done)
        {
            let transaction = db.transaction()?;
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
        Ok(Self(db))
    }

    pub(crate) fn add_schema(&self, id: SchemaId, octets: &[u8]) -> rusqlite::Result<()> {
        let sql = "INSERT OR IGNORE INTO schemas (id, octets) VALUES (?1, ?2)";
        self.0.execute(sql, params![id.0, octets]).map(drop)
    }

    pub(crate) fn schemas(&self) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut statement = self
            .0
            .prepare("SELECT octets FROM schemas ORDER BY rowid")?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    pub(crate) fn add_offer(
        &self,
        code: &[u8; 16],
        octets: &[u8],
        expires: UnixTime,
    ) -> rusqlite::Result<()> {
        let sql = "INSERT INTO offers (code, octets, expires) VALUES (?1, ?2, ?3)";
        self.0
            .execute(sql, params![code, octets, seconds(expires)])
            .map(drop)
    }

    pub(crate) fn offer_octets(&self, code: &[u8; 16]) -> rusqlite::Result<Option<Vec<u8>>> {
        let sql = "SELECT octets FROM offers WHERE code = ?1";
        let row = |row: &rusqlite::Row<'_>| row.get(0);
        self.0.query_row(sql, params![code], row).optional()
    }

    pub(crate) fn offer(&self, code: &[u8; 16], request: &[u8]) -> rusqlite::Result<UsedOffer> {
        let sql = "SELECT octets, request, answer FROM offers WHERE code = ?1";
        type Row = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);
        let row: Option<Row> = self
            .0
            .query_row(sql, params![code], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        Ok(match row {
            None => UsedOffer::Unknown,
            Some((_, Some(used), Some(answer))) if used == request => UsedOffer::BySame(answer),
            Some((_, Some(_), _)) => UsedOffer::ByAnother,
            Some((octets, None, _)) => UsedOffer::Open(octets),
        })
    }

    /// Uses an offer up and adds the holder; false when somebody was faster.
    #[expect(
        clippy::too_many_arguments,
        reason = "the columns of two rows that stand or fall together"
    )]
    pub(crate) fn record(
        &mut self,
        code: &[u8; 16],
        request: &[u8],
        answer: &[u8],
        handle: Handle,
        schema: SchemaId,
        b0: &[u8; 48],
        reference: &str,
        now: UnixTime,
    ) -> rusqlite::Result<bool> {
        let transaction = self.0.transaction()?;
        let used = transaction.execute(
            "UPDATE offers SET request = ?2, answer = ?3 WHERE code = ?1 AND request IS NULL",
            params![code, request, answer],
        )?;
        if used == 0 {
            return Ok(false);
        }
        transaction.execute(
            "INSERT INTO holders (handle, schema, b0, issued, reference) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![handle.0, schema.0, b0, seconds(now), reference],
        )?;
        transaction.execute(FORGET, params![seconds(now)])?;
        transaction.commit()?;
        Ok(true)
    }

    /// Forgets offers that have expired, with the answers that were given to them.
    pub(crate) fn forget(&self, now: UnixTime) -> rusqlite::Result<()> {
        self.0.execute(FORGET, params![seconds(now)]).map(drop)
    }

    pub(crate) fn holders(&self) -> rusqlite::Result<Vec<HolderStatus>> {
        let sql = "SELECT handle, schema, reference, CASE WHEN revoked IS NULL THEN NULL ELSE coalesce(reason, '') END
                   FROM holders ORDER BY rowid";
        let mut statement = self.0.prepare(sql)?;
        let row = |row: &rusqlite::Row<'_>| {
            Ok(HolderStatus {
                handle: Handle(row.get(0)?),
                schema: SchemaId(row.get(1)?),
                reference: row.get(2)?,
                revoked: row.get(3)?,
            })
        };
        statement.query_map([], row)?.collect()
    }

    pub(crate) fn revoke(
        &self,
        handle: Handle,
        reason: &str,
        now: UnixTime,
    ) -> rusqlite::Result<bool> {
        let sql = "UPDATE holders SET revoked = coalesce(revoked, ?2), reason = coalesce(reason, ?3) WHERE handle = ?1";
        Ok(self
            .0
            .execute(sql, params![handle.0, seconds(now), reason])?
            == 1)
    }

    pub(crate) fn live(&self, schema: SchemaId) -> rusqlite::Result<Vec<(Handle, [u8; 48])>> {
        let sql = "SELECT handle, b0 FROM holders WHERE schema = ?1 AND revoked IS NULL";
        let mut statement = self.0.prepare(sql)?;
        statement
            .query_map(params![schema.0], |row| {
                Ok((Handle(row.get(0)?), row.get(1)?))
            })?
            .collect()
    }
}
