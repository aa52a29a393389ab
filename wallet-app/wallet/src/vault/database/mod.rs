//! The two SQLCipher databases. spec:GL-11-DATABASES
//!
//! A transaction that is committed has left nothing else behind: what it deleted or replaced is
//! overwritten in its page, and the journal that held the page before is cut to nothing.

mod asks;
mod identity;
mod moments;
mod transactions;

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use zeroize::Zeroizing;

pub(crate) use asks::{Ask, NewAsk, Stage};
pub(crate) use identity::{Facts, Identity};
pub(crate) use transactions::Transactions;
pub use transactions::{HistoryEntry, Question};

use super::VaultError;
use super::device::{Counter, Device};
use super::seal::Secret;

/// A database with what it is to the device entry.
struct Database {
    connection: Connection,
    device: Arc<Device>,
    counter: Counter,
    is_older: bool,
}

impl Database {
    /// Opens a database under a raw key, proves that the key fits, and compares its generation with
    /// what the device entry remembers.
    fn open(
        (folder, name): (&Path, &'static str),
        key: &Secret,
        schema: &str,
        (device, counter): (&Arc<Device>, Counter),
    ) -> Result<Self, VaultError> {
        let connection = keyed(&folder.join(name), key)?;
        let fits = connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
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
        connection.execute_batch(
            "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;",
        )?;
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(GENERATION)?;
        transaction.execute_batch(schema)?;
        transaction.commit()?;
        let whole: String = connection
            .query_row("PRAGMA quick_check", [], |row| row.get(0))
            .map_err(|_| VaultError::Damaged(name))?;
        if whole != "ok" {
            return Err(VaultError::Damaged(name));
        }
        let mut database = Self {
            connection,
            device: device.clone(),
            counter,
            is_older: false,
        };
        database.is_older = database.generation()? < device.generation(counter);
        Ok(database)
    }

    fn generation(&self) -> Result<u64, VaultError> {
        let sql = "SELECT number FROM generation";
        let number: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// Changes something, all of it or nothing, and counts the change.
    fn write<T>(
        &self,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, VaultError> {
        let transaction = self.connection.unchecked_transaction()?;
        let done = body(&transaction)?;
        let known = self.device.generation(self.counter);
        let generation = self.generation()?.max(known).saturating_add(1);
        let number = i64::try_from(generation).unwrap_or(i64::MAX);
        transaction.execute("UPDATE generation SET number = ?1", [number])?;
        transaction.commit()?;
        self.device.remember(self.counter, generation);
        Ok(done)
    }
}

const GENERATION: &str = "
    CREATE TABLE IF NOT EXISTS generation (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
    INSERT INTO generation (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING;";

fn keyed(path: &Path, key: &Secret) -> Result<Connection, VaultError> {
    let connection = Connection::open(path)?;
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    pragma.push_str("PRAGMA key = \"x'");
    for octet in key.as_slice() {
        // Writing to a String does not fail.
        let _ = write!(pragma, "{octet:02x}");
    }
    pragma.push_str("'\"");
    // Its own words on a wrong key go to standard error and help nobody.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&pragma)?;
    Ok(connection)
}
