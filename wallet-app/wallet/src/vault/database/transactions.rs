//! `transactions.db`: the resident's own history, and what she was asked.

use std::path::Path;
use std::sync::Arc;

use glimpse_core::ids::{SchemaId, UnixTime, VerifierId};
use rusqlite::params;

use super::Database;
use crate::vault::VaultError;
use crate::vault::device::{Counter, Device};
use crate::vault::seal::Secret;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS history (
        id INTEGER PRIMARY KEY, time INTEGER NOT NULL, verifier BLOB NOT NULL, name TEXT NOT NULL,
        known INTEGER NOT NULL, purpose TEXT NOT NULL, online INTEGER NOT NULL, items TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS questions (
        showing INTEGER NOT NULL REFERENCES history (id) ON DELETE CASCADE, verifier BLOB NOT NULL,
        schema BLOB NOT NULL, attribute INTEGER NOT NULL, statement TEXT NOT NULL) STRICT;
    PRAGMA user_version = 3;";

/// One showing, as the resident remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When.
    pub time: UnixTime,
    /// To whom.
    pub verifier: VerifierId,
    /// Its name then.
    pub name: String,
    /// Whether the trust list knew it.
    pub known: bool,
    /// For what.
    pub purpose: String,
    /// Whether the answer went by network.
    pub online: bool,
    /// What was shown, as JSON of the screens' items, without values.
    pub items: String,
    /// What was asked of hidden attributes; not read back with the entry.
    pub questions: Vec<Question>,
}

/// A question about a hidden attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Of which schema.
    pub schema: SchemaId,
    /// Which attribute.
    pub attribute: usize,
    /// What is asked; the same text for the same question.
    pub statement: String,
    /// The attribute's name, for the screen; not kept.
    pub name: String,
}

/// The resident's own history.
pub(crate) struct Transactions(Database);

impl Transactions {
    pub(in crate::vault) const NAME: &str = "transactions.db";

    pub(in crate::vault) fn open(
        folder: &Path,
        key: &Secret,
        device: &Arc<Device>,
    ) -> Result<Self, VaultError> {
        let counted = (device, Counter::Transactions);
        Database::open((folder, Self::NAME), key, SCHEMA, counted).map(Self)
    }

    /// Goes on from here: these are the newest from now on.
    pub(in crate::vault) fn go_on(&self) -> Result<(), VaultError> {
        self.0.write(|_| Ok(()))
    }

    pub(in crate::vault) fn is_older(&self) -> bool {
        self.0.is_older
    }

    /// Notes a showing with its questions, both or neither.
    pub(crate) fn add(&self, entry: &HistoryEntry) -> Result<(), VaultError> {
        let time = i64::try_from(entry.time.0).unwrap_or(i64::MAX);
        self.0.write(|db| {
            let sql = "INSERT INTO history (time, verifier, name, known, purpose, online, items)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let values = params![
                time,
                entry.verifier.0,
                entry.name,
                entry.known,
                entry.purpose,
                entry.online,
                entry.items
            ];
            db.execute(sql, values)?;
            let showing = db.last_insert_rowid();
            let sql = "INSERT INTO questions (showing, verifier, schema, attribute, statement)
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            for question in &entry.questions {
                let attribute = i64::try_from(question.attribute).unwrap_or(i64::MAX);
                let (schema, statement) = (question.schema.0, &question.statement);
                let values = params![showing, entry.verifier.0, schema, attribute, statement];
                db.execute(sql, values)?;
            }
            Ok(())
        })
    }

    /// The statements about a question's attribute that this verifier has had answered.
    pub(crate) fn asked(
        &self,
        verifier: VerifierId,
        question: &Question,
    ) -> Result<Vec<String>, VaultError> {
        let sql = "SELECT DISTINCT statement FROM questions
                   WHERE verifier = ?1 AND schema = ?2 AND attribute = ?3";
        let attribute = i64::try_from(question.attribute).unwrap_or(i64::MAX);
        let mut statement = self.0.connection.prepare(sql)?;
        let values = params![verifier.0, question.schema.0, attribute];
        let rows = statement.query_map(values, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// (id, entry) of each showing, the latest first.
    pub(crate) fn all(&self) -> Result<Vec<(i64, HistoryEntry)>, VaultError> {
        let sql = "SELECT id, time, verifier, name, known, purpose, online, items
                   FROM history ORDER BY id DESC";
        let mut statement = self.0.connection.prepare(sql)?;
        let row = |row: &rusqlite::Row<'_>| {
            let entry = HistoryEntry {
                time: UnixTime(row.get::<_, i64>(1)?.unsigned_abs()),
                verifier: VerifierId(row.get(2)?),
                name: row.get(3)?,
                known: row.get(4)?,
                purpose: row.get(5)?,
                online: row.get(6)?,
                items: row.get(7)?,
                questions: Vec::new(),
            };
            Ok((row.get(0)?, entry))
        };
        Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
    }

    /// When the latest was.
    pub(crate) fn latest(&self) -> Result<Option<UnixTime>, VaultError> {
        let sql = "SELECT max(time) FROM history";
        let time: Option<i64> = self.0.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(time.map(|time| UnixTime(time.unsigned_abs())))
    }

    /// Forgets one showing, or all.
    pub(crate) fn forget(&self, showing: Option<i64>) -> Result<(), VaultError> {
        let sql = "DELETE FROM history WHERE ?1 IS NULL OR id = ?1";
        self.0.write(|db| db.execute(sql, [showing]).map(drop))
    }
}
