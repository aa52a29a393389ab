//! The tables, one file a step, written in SQLite's words; PostgreSQL's differ in four.

use super::StoreError;

/// Every step, in order. One that has been released is never edited.
const MIGRATIONS: [&str; 6] = [
    include_str!("../../migrations/0001_office.sql"),
    include_str!("../../migrations/0002_audit.sql"),
    include_str!("../../migrations/0003_staff.sql"),
    include_str!("../../migrations/0004_residents.sql"),
    include_str!("../../migrations/0005_openid.sql"),
    include_str!("../../migrations/0006_renewal.sql"),
];

/// The same step in PostgreSQL's words.
pub(super) fn for_postgres(sql: &str) -> String {
    sql.replace(" BLOB", " BYTEA")
        .replace(" INTEGER", " BIGINT")
        .replace(") STRICT;", ");")
        .replace(") STRICT, WITHOUT ROWID;", ");")
}

/// The steps that are left to do for a database that has done this many, with their numbers.
///
/// # Errors
/// [`StoreError::Newer`].
pub(super) fn left(done: u32) -> Result<impl Iterator<Item = (u32, &'static str)>, StoreError> {
    if usize::try_from(done).is_ok_and(|done| done <= MIGRATIONS.len()) {
        let numbered = (1..).zip(MIGRATIONS);
        Ok(numbered.filter(move |(number, _)| *number > done))
    } else {
        Err(StoreError::Newer)
    }
}
