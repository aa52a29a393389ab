//! Where the office's records are kept. One trait, two databases: SQLite in a file for one PC, and
//! PostgreSQL for replicas that share everything. The queries are written once, in SQL that both
//! understand, with `$1` for the first parameter; what differs is in `sqlite.rs` and `postgres.rs`.

mod cell;
mod migrations;
mod postgres;
mod sqlite;

use std::path::Path;
use std::sync::Arc;

pub(crate) use cell::cells;
pub use cell::{Cell, Row};

/// Why the records cannot be read or written. No message holds a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database does not answer, or not in time.
    #[error("the office's database does not answer; nothing was changed")]
    Unavailable,
    /// A row with this key is there already.
    #[error("this is recorded already")]
    Taken,
    /// The database is not one of this program, or of a newer version of it.
    #[error("the database was made by a newer version of this program")]
    Newer,
    /// A row is not as this program writes it.
    #[error("a record in the office's database is damaged")]
    Damaged,
    /// Anything else, with the database's own code for it.
    #[error("the office's database failed (code {0}); nothing was changed")]
    Failed(String),
}

/// Whether a transaction will write. A writer of SQLite waits for the one before it at the start,
/// so that it cannot fail halfway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It only reads, and sees one moment.
    Read,
    /// It writes.
    Write,
}

/// A database with the office's records.
pub trait Store: Send + Sync {
    /// What people call it.
    fn name(&self) -> &'static str;

    /// Begins a transaction. Dropping it undoes everything.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StoreError>;
}

/// A transaction: all of it happens at [`Transaction::commit`], or nothing.
pub trait Transaction {
    /// Runs a statement; returns how many rows it changed.
    ///
    /// # Errors
    /// [`StoreError`].
    fn execute(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<u64, StoreError>;

    /// Runs a query.
    ///
    /// # Errors
    /// [`StoreError`].
    fn query(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<Vec<Row>, StoreError>;

    /// Makes it so.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed then, or the connection broke at the very moment.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

impl dyn Transaction + '_ {
    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn first(
        &mut self,
        sql: &'static str,
        parameters: &[Cell],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, parameters)?.into_iter().next())
    }

    /// The one number that a query gives, such as a count.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn number(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<i64, StoreError> {
        let row = self.first(sql, parameters)?;
        row.ok_or(StoreError::Damaged)?.integer(0)
    }
}

impl dyn Store + '_ {
    /// Does something in one transaction; an error undoes it.
    ///
    /// # Errors
    /// Those of the work, and [`StoreError`].
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = self.begin(Mode::Write)?;
        let done = work(&mut *transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Reads in one transaction.
    ///
    /// # Errors
    /// Those of the work, and [`StoreError`].
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = self.begin(Mode::Read)?;
        work(&mut *transaction)
    }
}

/// Opens the office's database and brings its tables up to date.
///
/// # Errors
/// [`StoreError`].
pub fn open_sqlite(path: &Path) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(sqlite::Sqlite::open(path)?))
}

/// Connects to a PostgreSQL database by its URL, and brings its tables up to date. `authority` is
/// a PEM file with the certificates that the server's may be signed by, where the system's are not
/// meant.
///
/// # Errors
/// [`StoreError`].
pub fn open_postgres(url: &str, authority: Option<&Path>) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(postgres::Postgres::connect(url, authority)?))
}

#[cfg(test)]
pub(crate) mod tests;
