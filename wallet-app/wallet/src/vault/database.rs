//! The two SQLCipher databases.

use std::fmt::Write;
use std::path::Path;

use glimpse_core::ids::{SchemaId, UnixTime, VerifierId};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use super::VaultError;

/// A secret record.
type Record = Zeroizing<Vec<u8>>;

const IDENTITY: &str = "
    CREATE TABLE IF NOT EXISTS credentials (
        id INTEGER PRIMARY KEY, record BLOB NOT NULL,
        issuer_url TEXT, revoked INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE IF NOT EXISTS pending (code BLOB PRIMARY KEY, record BLOB NOT NULL, request BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS trust (id INTEGER PRIMARY KEY CHECK (id = 1), octets BLOB NOT NULL) STRICT;
    PRAGMA user_version = 1;";
const TRANSACTIONS: &str = "
    CREATE TABLE IF NOT EXISTS history (
        id INTEGER PRIMARY KEY, time INTEGER NOT NULL, verifier BLOB NOT NULL, name TEXT NOT NULL,
        known INTEGER NOT NULL, purpose TEXT NOT NULL, online INTEGER NOT NULL, items TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS questions (
        showing INTEGER NOT NULL REFERENCES history (id) ON DELETE CASCADE, verifier BLOB NOT NULL,
        schema BLOB NOT NULL, attribute INTEGER NOT NULL, statement TEXT NOT NULL) STRICT;
    PRAGMA foreign_keys = ON;
    PRAGMA user_version = 2;";

/// Opens a database under a raw key and proves that the key fits.
fn open(
    path: &Path,
    name: &'static str,
    key: &[u8; 32],
    schema: &str,
) -> Result<Connection, VaultError> {
    let db = Connection::open(path)?;
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    pragma.push_str("PRAGMA key = \"x'");
    for octet in key {
        // Writing to a String does not fail.
        let _ = write!(pragma, "{octet:02x}");
    }
    pragma.push_str("'\"");
    // Its own words on a wrong key go to standard error and help nobody.
    db.execute_batch("PRAGMA cipher_log_level = NONE")?;
    db.execute_batch(&pragma)?;
    let fits = db.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
    if let Err(error) = fits {
        let damaged = [
            rusqlite::ErrorCode::NotADatabase,
            rusqlite::ErrorCode::DatabaseCorrupt,
        ];
        return Err(match error.sqlite_error_code() {
            Some(code) if damaged.contains(&code) => VaultError::Damaged(name),
            _ => error.into(),
        });
    }
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
    )?;
    db.execute_batch(schema)?;
    let whole: String = db
        .query_row("PRAGMA quick_check", [], |row| row.get(0))
        .map_err(|_| VaultError::Damaged(name))?;
    if whole == "ok" {
        Ok(db)
    } else {
        Err(VaultError::Damaged(name))
    }
}

/// A credential as it rests.
pub(crate) struct CredentialRow {
    pub(crate) id: i64,
    pub(crate) record: Record,
    /// Where its renewals are; nothing where files must be brought.
    pub(crate) issuer_url: Option<String>,
    /// Whether its issuer renews it no more.
    pub(crate) revoked: bool,
}

/// Credentials, issuances under way and the trust list.
pub(crate) struct Identity(pub(super) Connection);

impl Identity {
    pub(super) fn open(path: &Path, key: &[u8; 32]) -> Result<Self, VaultError> {
        let db = open(path, "identity.db", key, IDENTITY)?;
        db.execute_batch(super::asks::ASKS)?;
        db.execute_batch(super::moments::MOMENTS)?;
        Ok(Self(db))
    }

    /// Each credential.
    pub(crate) fn credentials(&self) -> Result<Vec<CredentialRow>, VaultError> {
        let mut statement = self
            .0
            .prepare("SELECT id, record, issuer_url, revoked FROM credentials ORDER BY id")?;
        let row = |row: &rusqlite::Row<'_>| {
            Ok(CredentialRow {
                id: row.get(0)?,
                record: Zeroizing::new(row.get(1)?),
                issuer_url: row.get(2)?,
                revoked: row.get(3)?,
            })
        };
        Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
    }

    /// Replaces the record of a credential that was renewed.
    pub(crate) fn renewed(&self, row: i64, record: &[u8]) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET record = ?2, revoked = 0 WHERE id = ?1";
        Ok(self.0.execute(sql, params![row, record]).map(drop)?)
    }

    /// Notes that the issuer renews a credential no more.
    pub(crate) fn revoked(&self, row: i64) -> Result<(), VaultError> {
        let sql = "UPDATE credentials SET revoked = 1 WHERE id = ?1";
        Ok(self.0.execute(sql, [row]).map(drop)?)
    }

    pub(crate) fn remove(&self, row: i64) -> Result<(), VaultError> {
        Ok(self
            .0
            .execute("DELETE FROM credentials WHERE id = ?1", [row])
            .map(drop)?)
    }

    pub(crate) fn add_pending(
        &self,
        code: &[u8; 16],
        record: &[u8],
        request: &[u8],
    ) -> Result<(), VaultError> {
        let sql = "INSERT INTO pending (code, record, request) VALUES (?1, ?2, ?3)";
        Ok(self
            .0
            .execute(sql, params![code, record, request])
            .map(drop)?)
    }

    /// The request that was made for an offer before, to be sent again unchanged.
    pub(crate) fn pending_request(&self, code: &[u8; 16]) -> Result<Option<Vec<u8>>, VaultError> {
        let sql = "SELECT request FROM pending WHERE code = ?1";
        Ok(self.0.query_row(sql, [code], |row| row.get(0)).optional()?)
    }

    /// (code, record) of each issuance under way.
    pub(crate) fn pending(&self) -> Result<Vec<([u8; 16], Record)>, VaultError> {
        let mut statement = self.0.prepare("SELECT code, record FROM pending")?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Zeroizing::new(row.get(1)?)));
        Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
    }

    /// Ends an issuance: its record goes and the credential comes, in one transaction.
    pub(crate) fn finish(&mut self, code: &[u8; 16], record: &[u8]) -> Result<i64, VaultError> {
        let transaction = self.0.transaction()?;
        transaction.execute("INSERT INTO credentials (record) VALUES (?1)", [record])?;
        let row = transaction.last_insert_rowid();
        transaction.execute("DELETE FROM pending WHERE code = ?1", [code])?;
        transaction.commit()?;
        Ok(row)
    }

    pub(crate) fn trust(&self) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self
            .0
            .query_row("SELECT octets FROM trust", [], |row| row.get(0))
            .optional()?)
    }

    pub(crate) fn set_trust(&self, octets: &[u8]) -> Result<(), VaultError> {
        let sql = "INSERT INTO trust (id, octets) VALUES (1, ?1)
                   ON CONFLICT (id) DO UPDATE SET octets = excluded.octets";
        Ok(self.0.execute(sql, [octets]).map(drop)?)
    }
}

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
pub(crate) struct Transactions(Connection);

impl Transactions {
    pub(super) fn open(path: &Path, key: &[u8; 32]) -> Result<Self, VaultError> {
        open(path, "transactions.db", key, TRANSACTIONS).map(Self)
    }

    /// Notes a showing with its questions, both or neither.
    pub(crate) fn add(&self, entry: &HistoryEntry) -> Result<(), VaultError> {
        let transaction = self.0.unchecked_transaction()?;
        let sql = "INSERT INTO history (time, verifier, name, known, purpose, online, items)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let time = i64::try_from(entry.time.0).unwrap_or(i64::MAX);
        transaction.execute(
            sql,
            params![
                time,
                entry.verifier.0,
                entry.name,
                entry.known,
                entry.purpose,
                entry.online,
                entry.items
            ],
        )?;
        let showing = transaction.last_insert_rowid();
        let sql = "INSERT INTO questions (showing, verifier, schema, attribute, statement)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        for question in &entry.questions {
            let attribute = i64::try_from(question.attribute).unwrap_or(i64::MAX);
            let (schema, statement) = (question.schema.0, &question.statement);
            let values = params![showing, entry.verifier.0, schema, attribute, statement];
            transaction.execute(sql, values)?;
        }
        Ok(transaction.commit()?)
    }

    /// How many other questions about this attribute this verifier has had answered.
    pub(crate) fn asked(
        &self,
        verifier: VerifierId,
        question: &Question,
    ) -> Result<u32, VaultError> {
        let sql = "SELECT count(DISTINCT statement) FROM questions
                   WHERE verifier = ?1 AND schema = ?2 AND attribute = ?3 AND statement <> ?4";
        let attribute = i64::try_from(question.attribute).unwrap_or(i64::MAX);
        let (schema, statement) = (question.schema.0, &question.statement);
        let values = params![verifier.0, schema, attribute, statement];
        Ok(self.0.query_row(sql, values, |row| row.get(0))?)
    }

    /// (id, entry) of each showing, the latest first.
    pub(crate) fn all(&self) -> Result<Vec<(i64, HistoryEntry)>, VaultError> {
        let sql = "SELECT id, time, verifier, name, known, purpose, online, items
                   FROM history ORDER BY id DESC";
        let mut statement = self.0.prepare(sql)?;
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
        let time: Option<i64> = self.0.query_row(sql, [], |row| row.get(0))?;
        Ok(time.map(|time| UnixTime(time.unsigned_abs())))
    }

    /// Forgets one showing, or all.
    pub(crate) fn forget(&self, showing: Option<i64>) -> Result<(), VaultError> {
        let sql = "DELETE FROM history WHERE ?1 IS NULL OR id = ?1";
        Ok(self.0.execute(sql, [showing]).map(drop)?)
    }
}
