//! PostgreSQL: one database that replicas share.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslMethod};
use postgres::types::{IsNull, ToSql, Type};
use postgres_openssl::MakeTlsConnector;
use r2d2_postgres::PostgresConnectionManager;

use super::{Cell, Mode, Row, Store, StoreError, Transaction, migrations};

const CONNECTIONS: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(5);
/// Replicas that start together bring the tables up to date one after the other.
const MIGRATION_LOCK: i64 = 0x676c_696d_7073_6531;

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        // Only the code: the server's words quote values.
        match error.code() {
            None => Self::Unavailable,
            Some(code) => match code.code() {
                "23505" => Self::Taken,
                // Shutting down, starting up, too many connections, timeouts, deadlocks.
                state
                    if state.starts_with("57")
                        || state.starts_with("53")
                        || state.starts_with("08")
                        || state.starts_with("40")
                        || state == "55P03" =>
                {
                    Self::Unavailable
                }
                state => Self::Failed(format!("PostgreSQL {state}")),
            },
        }
    }
}

type Manager = PostgresConnectionManager<MakeTlsConnector>;

pub(super) struct Postgres(r2d2::Pool<Manager>);

impl Postgres {
    pub(super) fn connect(url: &str, authority: Option<&Path>) -> Result<Self, StoreError> {
        let mut config =
            postgres::Config::from_str(url).map_err(|_| StoreError::Failed("URL".to_owned()))?;
        config.connect_timeout(PATIENCE);
        config.application_name("glimpse-issuer");
        config.options("-c statement_timeout=30000 -c lock_timeout=10000");
        let tls = || -> Result<MakeTlsConnector, openssl::error::ErrorStack> {
            let mut builder = SslConnector::builder(SslMethod::tls_client())?;
            if let Some(path) = authority {
                builder.set_ca_file(path)?;
            }
            Ok(MakeTlsConnector::new(builder.build()))
        };
        let tls = tls().map_err(|_| StoreError::Failed("certificates".to_owned()))?;
        let pool = r2d2::Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(Manager::new(config, tls))
            .map_err(|_| StoreError::Unavailable)?;
        let store = Self(pool);
        store.migrate()?;
        Ok(store)
    }

    fn migrate(&self) -> Result<(), StoreError> {
        let mut client = self.0.get().map_err(|_| StoreError::Unavailable)?;
        let mut transaction = client.transaction()?;
        transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])?;
        transaction
            .batch_execute("CREATE TABLE IF NOT EXISTS migrations (done BIGINT NOT NULL)")?;
        let row = transaction.query_opt("SELECT done FROM migrations", &[])?;
        let found = row.is_some();
        let done: i64 = row.map_or(0, |row| row.get(0));
        let done = u32::try_from(done).map_err(|_| StoreError::Damaged)?;
        let mut last = done;
        for (number, sql) in migrations::left(done)? {
            transaction.batch_execute(&migrations::for_postgres(sql))?;
            last = number;
        }
        let sql = if found {
            "UPDATE migrations SET done = $1"
        } else {
            "INSERT INTO migrations (done) VALUES ($1)"
        };
        transaction.execute(sql, &[&i64::from(last)])?;
        Ok(transaction.commit()?)
    }
}

impl Store for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StoreError> {
        let begin = match mode {
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Write => "BEGIN",
        };
        // Connections from before a restart of the server fail at their first use and leave the pool.
        for _ in 0..=CONNECTIONS {
            let mut client = self.0.get().map_err(|_| StoreError::Unavailable)?;
            match client.batch_execute(begin).map_err(StoreError::from) {
                Ok(()) => return Ok(Box::new(Begun { client, open: true })),
                // The client may not know yet that it is closed.
                Err(StoreError::Unavailable) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Unavailable)
    }
}

struct Begun {
    client: r2d2::PooledConnection<Manager>,
    open: bool,
}

impl Drop for Begun {
    fn drop(&mut self) {
        if self.open {
            // Where this fails the connection is closed, and the pool sees it.
            let _ = self.client.batch_execute("ROLLBACK");
        }
    }
}

impl Transaction for Begun {
    fn execute(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<u64, StoreError> {
        Ok(self.client.execute_typed(sql, &typed(parameters))?)
    }

    fn query(&mut self, sql: &'static str, parameters: &[Cell]) -> Result<Vec<Row>, StoreError> {
        let rows = self.client.query_typed(sql, &typed(parameters))?;
        rows.iter().map(from_row).collect()
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.client.batch_execute("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

/// With the types said beforehand a query takes one round trip.
fn typed(parameters: &[Cell]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    let of = |cell: &Cell| match cell {
        Cell::Null => Type::UNKNOWN,
        Cell::Integer(_) => Type::INT8,
        Cell::Text(_) => Type::TEXT,
        Cell::Octets(_) => Type::BYTEA,
    };
    parameters
        .iter()
        .map(|cell| (cell as _, of(cell)))
        .collect()
}

fn from_row(row: &postgres::Row) -> Result<Row, StoreError> {
    let cell = |(place, column): (usize, &postgres::Column)| -> Result<Cell, StoreError> {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(place)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(place)?.map(i64::from).into(),
            Type::TEXT => row.try_get::<_, Option<&str>>(place)?.into(),
            Type::BYTEA => row.try_get::<_, Option<&[u8]>>(place)?.into(),
            _ => return Err(StoreError::Damaged),
        })
    };
    let cells = row.columns().iter().enumerate().map(cell);
    Ok(Row(cells.collect::<Result<_, _>>()?))
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(value) => value.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Octets(octets) => octets.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}
