//! `identity.db`: credentials, issuances under way, the trust list and the settings.

use std::path::Path;
use std::sync::Arc;

use glimpse_core::ids::UnixTime;
use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::Database;
use super::asks::ASKS;
use super::moments::MOMENTS;
use crate::app::views::Settings;
use crate::vault::VaultError;
use crate::vault::device::{Counter, Device};
use crate::vault::seal::Secret;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS credentials (
        id INTEGER PRIMARY KEY, record BLOB NOT NULL, issuer_url TEXT, issued INTEGER NOT NULL,
        revoked INTEGER NOT NULL, rebind INTEGER NOT NULL, backed_up INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS pending (code BLOB PRIMARY KEY, record BLOB NOT NULL, request BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS trust (id INTEGER PRIMARY KEY CHECK (id = 1), octets BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS settings (
        id INTEGER PRIMARY KEY CHECK (id = 1), lock_after INTEGER NOT NULL, renew_by_itself INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS rolled_back (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;
    PRAGMA user_version = 2;";

/// A secret record.
type Record = Zeroizing<Vec<u8>>;

/// Credentials, issuances under way, the trust list and the settings.
pub(crate) struct Identity(pub(super) Database);

/// A credential as it is stored.
pub(crate) struct CardRow {
    pub(crate) row: i64,
    pub(crate) record: Record,
    pub(crate) facts: Facts,
}

/// What the wallet knows of a credential beside its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The address of the office's service, where the credential came from there.
    pub(crate) issuer_url: Option<String>,
    /// When it came.
    pub(crate) issued: UnixTime,
    /// Whether a renewal had it no more.
    pub(crate) revoked: bool,
    /// Whether it came from a backup and waits for its office.
    pub(crate) rebind: bool,
    /// Whether a backup holds it.
    pub(crate) backed_up: bool,
}

impl Facts {
    /// Those of a credential that has just come.
    pub(crate) fn new(issued: UnixTime) -> Self {
        Self {
            issuer_url: None,
            issued,
            revoked: false,
            rebind: false,
            backed_up: false,
        }
    }
}

impl Identity {
    pub(in crate::vault) const NAME: &str = "identity.db";

    pub(in crate::vault) fn open(
        folder: &Path,
        key: &Secret,
        device: &Arc<Device>,
    ) -> Result<Self, VaultError> {
        let counted = (device, Counter::Identity);
        let schema = [SCHEMA, ASKS, MOMENTS].concat();
        Database::open((folder, Self::NAME), key, &schema, counted).map(Self)
    }

    pub(in crate::vault) fn is_older(&self) -> bool {
        self.0.is_older
    }

    /// The credentials, the oldest first.
    pub(crate) fn credentials(&self) -> Result<Vec<CardRow>, VaultError> {
        let sql = "SELECT id, record, issuer_url, issued, revoked, rebind, backed_up
                   FROM credentials ORDER BY id";
        let mut statement = self.0.connection.prepare(sql)?;
        let row = |row: &Row<'_>| {
            Ok(CardRow {
                row: row.get(0)?,
                record: Zeroizing::new(row.get(1)?),
                facts: Facts {
                    issuer_url: row.get(2)?,
                    issued: UnixTime(row.get::<_, i64>(3)?.unsigned_abs()),
                    revoked: row.get(4)?,
                    rebind: row.get(5)?,
                    backed_up: row.get(6)?,
                },
            })
        };
        Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
    }

    /// Adds credentials that no issuance of this wallet brought: those of a backup.
    pub(crate) fn add(&self, credentials: &[(&[u8], &Facts)]) -> Result<(), VaultError> {
        self.0.write(|db| {
            for (record, facts) in credentials {
                insert(db, None, record, facts)?;
            }
            Ok(())
        })
    }

    /// Replaces a credential's record by a renewed one.
    pub(crate) fn renewed(&self, row: i64, record: &[u8]) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET record = ?2, revoked = 0 WHERE id = ?1";
        self.0
            .write(|db| db.execute(sql, params![row, record]).map(drop))
    }

    /// Notes that a renewal had a credential no more.
    pub(crate) fn revoked(&self, row: i64) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET revoked = 1 WHERE id = ?1";
        self.0.write(|db| db.execute(sql, [row]).map(drop))
    }

    /// Notes that a backup holds every credential.
    pub(crate) fn set_backed_up(&self) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET backed_up = 1";
        self.0.write(|db| db.execute(sql, []).map(drop))
    }

    pub(crate) fn remove(&self, row: i64) -> Result<(), VaultError> {
        let sql = "DELETE FROM credentials WHERE id = ?1";
        self.0.write(|db| db.execute(sql, [row]).map(drop))
    }

    pub(crate) fn add_pending(
        &self,
        code: &[u8; 16],
        record: &[u8],
        request: &[u8],
    ) -> Result<(), VaultError> {
        let sql = "INSERT INTO pending (code, record, request) VALUES (?1, ?2, ?3)";
        self.0
            .write(|db| db.execute(sql, params![code, record, request]).map(drop))
    }

    /// The request that was made for an offer before, to be sent again unchanged.
    pub(crate) fn pending_request(&self, code: &[u8; 16]) -> Result<Option<Vec<u8>>, VaultError> {
        let sql = "SELECT request FROM pending WHERE code = ?1";
        let found = self.0.connection.query_row(sql, [code], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// (code, record) of each issuance under way.
    pub(crate) fn pending(&self) -> Result<Vec<([u8; 16], Record)>, VaultError> {
        let sql = "SELECT code, record FROM pending";
        let mut statement = self.0.connection.prepare(sql)?;
        let row = |row: &Row<'_>| Ok((row.get(0)?, Zeroizing::new(row.get(1)?)));
        Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
    }

    /// Ends an issuance: its record goes and the credential comes, in one transaction. It takes the
    /// place of a restored one where a row is given.
    pub(crate) fn finish(
        &self,
        code: &[u8; 16],
        (record, facts): (&[u8], &Facts),
        replaces: Option<i64>,
    ) -> Result<i64, VaultError> {
        self.0.write(|db| {
            let row = insert(db, replaces, record, facts)?;
            db.execute("DELETE FROM pending WHERE code = ?1", [code])?;
            Ok(row)
        })
    }

    pub(crate) fn trust(&self) -> Result<Option<Vec<u8>>, VaultError> {
        let sql = "SELECT octets FROM trust";
        let found = self.0.connection.query_row(sql, [], |row| row.get(0));
        Ok(found.optional()?)
    }

    pub(crate) fn set_trust(&self, octets: &[u8]) -> Result<(), VaultError> {
        let sql = "INSERT INTO trust (id, octets) VALUES (1, ?1)
                   ON CONFLICT (id) DO UPDATE SET octets = excluded.octets";
        self.0.write(|db| db.execute(sql, [octets]).map(drop))
    }

    /// Whether older files were found and the holder has not said that she knows.
    pub(crate) fn is_rolled_back(&self) -> Result<bool, VaultError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM rolled_back)";
        Ok(self.0.connection.query_row(sql, [], |row| row.get(0))?)
    }

    pub(crate) fn set_rolled_back(&self, is: bool) -> Result<(), VaultError> {
        let sql = match is {
            true => "INSERT INTO rolled_back (id) VALUES (1) ON CONFLICT DO NOTHING",
            false => "DELETE FROM rolled_back",
        };
        self.0.write(|db| db.execute(sql, []).map(drop))
    }

    /// The settings, where they were ever set.
    pub(crate) fn settings(&self) -> Result<Option<Settings>, VaultError> {
        let sql = "SELECT lock_after, renew_by_itself FROM settings";
        let row = |row: &Row<'_>| {
            Ok(Settings {
                lock_after: row.get(0)?,
                renew_by_itself: row.get(1)?,
            })
        };
        Ok(self.0.connection.query_row(sql, [], row).optional()?)
    }

    pub(crate) fn set_settings(&self, settings: &Settings) -> Result<(), VaultError> {
        let sql = "INSERT INTO settings (id, lock_after, renew_by_itself) VALUES (1, ?1, ?2)
                   ON CONFLICT (id) DO UPDATE SET lock_after = excluded.lock_after,
                   renew_by_itself = excluded.renew_by_itself";
        let values = params![settings.lock_after, settings.renew_by_itself];
        self.0.write(|db| db.execute(sql, values).map(drop))
    }
}

/// Puts a credential in; in the place of another where one is given. Gives its row.
pub(super) fn insert(
    db: &rusqlite::Connection,
    replaces: Option<i64>,
    record: &[u8],
    facts: &Facts,
) -> Result<i64, rusqlite::Error> {
    let sql = "INSERT OR REPLACE INTO credentials (id, record, issuer_url, issued, revoked, rebind, backed_up)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let issued = i64::try_from(facts.issued.0).unwrap_or(i64::MAX);
    let values = params![
        replaces,
        record,
        facts.issuer_url,
        issued,
        facts.revoked,
        facts.rebind,
        facts.backed_up
    ];
    db.execute(sql, values)?;
    Ok(db.last_insert_rowid())
}
