//! SQLite: a file beside the office's keys.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql};

use super::{Cell, Mode, Row, Store, StoreError, Transaction, migrations};

/// Readers beside the one writer.
const CONNECTIONS: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(5);

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            return Self::Failed("SQLite".to_owned());
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::CannotOpen => {
                Self::Unavailable
            }
            ErrorCode::ConstraintViolation
                if [
                    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
                    rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                ]
                .contains(&failure.extended_code) =>
            {
                Self::Taken
            }
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::Damaged,
            _ => Self::Failed(format!("SQLite {}", failure.extended_code)),
        }
    }
}

/// Opens connections for the pool.
struct Manager(PathBuf);

impl r2d2::ManageConnection for Manager {
    type Connection = Connection;
    type Error = rusqlite::Error;

    fn connect(&self) -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open(&self.0)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(connection)
    }

    fn is_valid(&self, _: &mut Connection) -> Result<(), rusqlite::Error> {
        Ok(())
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        // A transaction that could not even be undone.
        !connection.is_autocommit()
    }
}

pub(super) struct Sqlite(r2d2::Pool<Manager>);

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let manager = Manager(path.to_owned());
        let mut first = r2d2::ManageConnection::connect(&manager)?;
        let done: u32 = first.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for (number, sql) in migrations::left(done)? {
            let transaction = first.transaction()?;
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
        let pool = r2d2::Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(manager);
        Ok(Self(pool.map_err(|_| StoreError::Unavailable)?))
    }
}

impl Store for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StoreError> {
        let connection = self.0.get().map_err(|_| StoreError::Unavailable)?;
        connection.execute_batch(match mode {
            Mode::Read => "BEGIN",
            Mode::Write => "BEGIN IMMEDIATE",
        })?;
        Ok(Box::new(Begun(connection)))
    }
}

struct Begun(r2d2::PooledConnection<Manager>);

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // Where this fails the pool sees the connection as broken.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

impl Begun {
    fn bound(
        &self,
        sql: &'static str,
        parameters: &[Cell],
    ) -> Result<rusqlite::CachedStatement<'_>, StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        for (number, cell) in (1..).zip(parameters) {
            let place = statement.parameter_index(&format!("${number}"))?;
            statement.raw_bind_parameter(place.ok_or(StoreError::Damaged)?, cell)?;
        }
        Ok(statement)
    }
}

impl Transaction for Begun {
    fn execute(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<u64, StoreError> {
        let changed = self.bound(sql, parameters)?.raw_execute()?;
        Ok(changed as u64)
    }

    fn query(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.bound(sql, parameters)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = (0..columns).map(|column| from_sql(row.get_ref(column)?));
            found.push(Row(cells.collect::<Result<_, StoreError>>()?));
        }
        Ok(found)
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.0.execute_batch("COMMIT")?)
    }
}

fn from_sql(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(value) => Ok(Cell::Integer(value)),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(Cell::Text(text.to_owned())),
            Err(_) => Err(StoreError::Damaged),
        },
        ValueRef::Blob(octets) => Ok(Cell::Octets(octets.to_vec())),
        ValueRef::Real(_) => Err(StoreError::Damaged),
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Octets(octets) => ValueRef::Blob(octets),
        }))
    }
}
