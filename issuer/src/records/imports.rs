//! Imports of spreadsheets: their rows in sealed pieces, and how far each is.

use glimpse_core::ids::{SchemaId, UnixTime};

use crate::ids::ImportId;
use crate::import::{ImportState, RowError};
use crate::json::FieldError;
use crate::store::{Row, StoreError, Transaction, cells};

/// An import as it comes out of the database.
pub(crate) struct Kept {
    pub(crate) id: ImportId,
    pub(crate) schema: SchemaId,
    pub(crate) state: ImportState,
    pub(crate) head: Vec<u8>,
    pub(crate) encoding: String,
    pub(crate) delimiter: String,
    pub(crate) mapping: String,
    pub(crate) rows: u64,
    pub(crate) good: u64,
    pub(crate) done: u64,
    pub(crate) made: u64,
    pub(crate) skipped: u64,
    pub(crate) bad: u64,
    pub(crate) created: UnixTime,
    pub(crate) created_by: String,
    pub(crate) started: Option<UnixTime>,
    pub(crate) finished: Option<UnixTime>,
}

/// The columns of a [`Kept`]. An import whose file is not all here is not seen.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, schema, state, head, encoding, delimiter, mapping, row_count, good, done,
                    made, skipped, bad, created, created_by, started, finished
             FROM imports WHERE head IS NOT NULL ",
            $rest
        )
    };
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: ImportId(row.array(0)?),
        schema: SchemaId(row.array(1)?),
        state: ImportState::from_word(row.text(2)?).ok_or(StoreError::Damaged)?,
        head: row.octets(3)?.to_vec(),
        encoding: row.text(4)?.to_owned(),
        delimiter: row.text(5)?.to_owned(),
        mapping: row.text(6)?.to_owned(),
        rows: row.unsigned(7)?,
        good: row.unsigned(8)?,
        done: row.unsigned(9)?,
        made: row.unsigned(10)?,
        skipped: row.unsigned(11)?,
        bad: row.unsigned(12)?,
        created: UnixTime(row.unsigned(13)?),
        created_by: row.text(14)?.to_owned(),
        started: row.maybe(15, Row::unsigned)?.map(UnixTime),
        finished: row.maybe(16, Row::unsigned)?.map(UnixTime),
    })
}

/// Begins an import whose file is on its way.
pub(crate) fn begin(
    tx: &mut dyn Transaction,
    id: ImportId,
    schema: SchemaId,
    by: &str,
    now: UnixTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO imports (id, schema, state, created, created_by)
               VALUES ($1, $2, 'receiving', $3, $4)";
    tx.execute(sql, cells![id, &schema.0, now, by]).map(drop)
}

pub(crate) fn add_piece(
    tx: &mut dyn Transaction,
    id: ImportId,
    number: u32,
    sealed: &[u8],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO import_pieces (import, number, sealed) VALUES ($1, $2, $3)";
    tx.execute(sql, cells![id, number, sealed]).map(drop)
}

/// What is known of a file once all of it is here.
pub(crate) struct Received<'a> {
    pub(crate) head: &'a [u8],
    pub(crate) encoding: &'a str,
    pub(crate) delimiter: &'a str,
    pub(crate) mapping: &'a str,
    pub(crate) rows: u32,
}

/// The file is here; false where the import was given up meanwhile.
pub(crate) fn received(
    tx: &mut dyn Transaction,
    id: ImportId,
    file: &Received<'_>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE imports SET state = 'mapping', head = $2, encoding = $3, delimiter = $4,
                   mapping = $5, row_count = $6
               WHERE id = $1 AND state = 'receiving'";
    let cells = cells![
        id,
        file.head,
        file.encoding,
        file.delimiter,
        file.mapping,
        file.rows
    ];
    Ok(tx.execute(sql, cells)? == 1)
}

pub(crate) fn one(tx: &mut dyn Transaction, id: ImportId) -> Result<Option<Kept>, StoreError> {
    let row = tx.first(select!("AND id = $1"), cells![id])?;
    row.as_ref().map(kept).transpose()
}

/// Imports, newest first, and how many there are in all.
pub(crate) fn list(
    tx: &mut dyn Transaction,
    skip: u32,
    most: u32,
) -> Result<(Vec<Kept>, u64), StoreError> {
    let total = tx.number("SELECT count(*) FROM imports WHERE head IS NOT NULL", &[])?;
    let sql = select!("ORDER BY created DESC, id LIMIT $1 OFFSET $2");
    let rows = tx.query(sql, cells![most, skip])?;
    let kept = rows.iter().map(kept).collect::<Result<_, _>>()?;
    Ok((kept, u64::try_from(total).unwrap_or_default()))
}

/// How many imports are being checked or run.
pub(crate) fn at_work(tx: &mut dyn Transaction) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM imports WHERE state IN ('checking', 'running')";
    Ok(u64::try_from(tx.number(sql, &[])?).unwrap_or_default())
}

/// Begins to check; false where it is not the time.
pub(crate) fn check(
    tx: &mut dyn Transaction,
    id: ImportId,
    mapping: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE imports SET state = 'checking', mapping = $2, good = 0, piece = 0, done = 0,
                   bad = 0, errors = 0, started = $3, leased_until = 0
               WHERE id = $1 AND state IN ('mapping', 'checked')";
    if tx.execute(sql, cells![id, mapping, now])? == 0 {
        return Ok(false);
    }
    tx.execute("DELETE FROM import_errors WHERE import = $1", cells![id])?;
    Ok(true)
}

/// Begins to import what was checked; false where it is not the time, or nothing is good.
pub(crate) fn run(
    tx: &mut dyn Transaction,
    id: ImportId,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE imports SET state = 'running', piece = 0, done = 0, bad = 0, started = $2,
                   leased_until = 0
               WHERE id = $1 AND state = 'checked' AND good > 0";
    Ok(tx.execute(sql, cells![id, now])? == 1)
}

/// Ends an import that is not at its end; false where it is. Its rows are forgotten.
pub(crate) fn cancel(
    tx: &mut dyn Transaction,
    id: ImportId,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE imports SET state = 'cancelled', finished = $2
               WHERE id = $1 AND state IN ('mapping', 'checking', 'checked', 'running')";
    if tx.execute(sql, cells![id, now])? == 0 {
        return Ok(false);
    }
    tx.execute("DELETE FROM import_pieces WHERE import = $1", cells![id])?;
    Ok(true)
}

/// Forgets an import that has ended, or that is not all here; false where it has not.
pub(crate) fn remove(tx: &mut dyn Transaction, id: ImportId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM imports WHERE id = $1 AND state IN ('done', 'cancelled', 'receiving')";
    if tx.execute(sql, cells![id])? == 0 {
        return Ok(false);
    }
    tx.execute("DELETE FROM import_pieces WHERE import = $1", cells![id])?;
    tx.execute("DELETE FROM import_errors WHERE import = $1", cells![id])?;
    Ok(true)
}

/// An import whose file never arrived whole, or that nobody has run, since these times.
pub(crate) fn forgotten(
    tx: &mut dyn Transaction,
    receiving_since: UnixTime,
    waiting_since: UnixTime,
) -> Result<Option<(ImportId, bool)>, StoreError> {
    let sql = "SELECT id, CASE WHEN state = 'receiving' THEN 1 ELSE 0 END FROM imports
               WHERE (state = 'receiving' AND created < $1)
                  OR (state IN ('mapping', 'checked') AND created < $2) LIMIT 1";
    let row = tx.first(sql, cells![receiving_since, waiting_since])?;
    row.map(|row| Ok((ImportId(row.array(0)?), row.boolean(1)?)))
        .transpose()
}

/// Work on an import that one worker has taken.
pub(crate) struct Claimed {
    pub(crate) import: Kept,
    /// The next piece, or nothing where all are done.
    pub(crate) piece: Option<(u32, Vec<u8>)>,
}

/// Takes an import for a worker, where there is one that nobody else works on.
pub(crate) fn claim(
    tx: &mut dyn Transaction,
    worker: &[u8; 16],
    now: UnixTime,
    until: UnixTime,
) -> Result<Option<Claimed>, StoreError> {
    let sql = "UPDATE imports SET lease = $1, leased_until = $3
               WHERE id = (SELECT id FROM imports WHERE state IN ('checking', 'running')
                               AND (lease = $1 OR leased_until < $2)
                           ORDER BY leased_until, id LIMIT 1)
                   AND state IN ('checking', 'running') AND (lease = $1 OR leased_until < $2)
               RETURNING id, piece";
    let Some(row) = tx.first(sql, cells![worker, now, until])? else {
        return Ok(None);
    };
    let id = ImportId(row.array(0)?);
    let import = one(tx, id)?.ok_or(StoreError::Damaged)?;
    let piece = piece(tx, id, row.integer(1)?)?;
    Ok(Some(Claimed { import, piece }))
}

/// The first piece that is there from this number on.
pub(crate) fn piece(
    tx: &mut dyn Transaction,
    id: ImportId,
    from: i64,
) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
    let sql = "SELECT number, sealed FROM import_pieces WHERE import = $1 AND number >= $2
               ORDER BY number LIMIT 1";
    let read = |row: Row| {
        let number = u32::try_from(row.integer(0)?).map_err(|_| StoreError::Damaged)?;
        Ok((number, row.octets(1)?.to_vec()))
    };
    tx.first(sql, cells![id, from])?.map(read).transpose()
}

/// What came of a piece.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) rows: u32,
    pub(crate) good: u32,
    pub(crate) made: u32,
    pub(crate) skipped: u32,
    pub(crate) bad: u32,
}

/// Marks a piece as done, in the state that it was claimed in; nothing where somebody else did, or
/// the import was cancelled. Else how many errors are kept already. First in its transaction: the
/// import stays locked then.
pub(crate) fn mark(
    tx: &mut dyn Transaction,
    id: ImportId,
    state: ImportState,
    number: u32,
) -> Result<Option<u64>, StoreError> {
    let sql = "UPDATE imports SET piece = $3 + 1 WHERE id = $1 AND state = $2 AND piece <= $3
               RETURNING errors";
    let Some(row) = tx.first(sql, cells![id, state.word(), number])? else {
        return Ok(None);
    };
    if state == ImportState::Running {
        let sql = "DELETE FROM import_pieces WHERE import = $1 AND number = $2";
        tx.execute(sql, cells![id, number])?;
    }
    row.unsigned(0).map(Some)
}

/// Counts what came of a piece.
pub(crate) fn count(
    tx: &mut dyn Transaction,
    id: ImportId,
    outcome: &Outcome,
    errors: u32,
    leased_until: UnixTime,
) -> Result<(), StoreError> {
    let sql = "UPDATE imports SET done = done + $2, good = good + $3, made = made + $4,
                   skipped = skipped + $5, bad = bad + $6, errors = errors + $7, leased_until = $8
               WHERE id = $1";
    let Outcome {
        rows,
        good,
        made,
        skipped,
        bad,
    } = *outcome;
    let cells = cells![id, rows, good, made, skipped, bad, errors, leased_until];
    tx.execute(sql, cells).map(drop)
}

/// Ends the work; false where somebody else did, or the import was cancelled.
pub(crate) fn finish(
    tx: &mut dyn Transaction,
    id: ImportId,
    from: ImportState,
    to: ImportState,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE imports SET state = $3, finished = $4, lease = NULL, leased_until = 0
               WHERE id = $1 AND state = $2";
    Ok(tx.execute(sql, cells![id, from.word(), to.word(), now])? == 1)
}

pub(crate) fn add_error(
    tx: &mut dyn Transaction,
    id: ImportId,
    line: u32,
    error: &FieldError,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO import_errors (import, line, field, code, message)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let (field, code, message) = (&*error.field, &*error.code, &*error.message);
    tx.execute(sql, cells![id, line, field, code, message])
        .map(drop)
}

/// Errors in the order of rows, and how many are kept in all.
pub(crate) fn errors(
    tx: &mut dyn Transaction,
    id: ImportId,
    skip: u32,
    most: u32,
) -> Result<(Vec<RowError>, u64), StoreError> {
    let sql = "SELECT count(*) FROM import_errors WHERE import = $1";
    let total = tx.number(sql, cells![id])?;
    let sql = "SELECT line, field, code, message FROM import_errors WHERE import = $1
               ORDER BY line, field LIMIT $2 OFFSET $3";
    let read = |row: &Row| {
        Ok::<_, StoreError>(RowError {
            row: row.unsigned(0)?,
            error: FieldError::new(row.text(1)?, row.text(2)?, row.text(3)?),
        })
    };
    let rows = tx.query(sql, cells![id, most, skip])?;
    let errors = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok((errors, u64::try_from(total).unwrap_or_default()))
}
