//! Residents' records, sealed, and the terms by which they are found.

use std::sync::LazyLock;

use glimpse_core::ids::{SchemaId, UnixTime};

use crate::ids::ResidentId;
use crate::residents::{ResidentState, Term};
use crate::store::{Cell, Row, StoreError, Transaction, cells};

/// A record as it goes into the database.
pub(crate) struct Sealed {
    pub(crate) id: ResidentId,
    pub(crate) schema: SchemaId,
    pub(crate) reference_tag: [u8; 32],
    pub(crate) sealed: Vec<u8>,
    pub(crate) terms: Vec<Term>,
}

/// A record as it comes out of the database.
pub(crate) struct Kept {
    pub(crate) id: ResidentId,
    pub(crate) schema: SchemaId,
    pub(crate) sealed: Vec<u8>,
    pub(crate) state: ResidentState,
    pub(crate) version: u32,
    pub(crate) created: UnixTime,
    pub(crate) updated: UnixTime,
    pub(crate) changed_by: String,
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: ResidentId(row.array(0)?),
        schema: SchemaId(row.array(1)?),
        sealed: row.octets(2)?.to_vec(),
        state: ResidentState::from_word(row.text(3)?).ok_or(StoreError::Damaged)?,
        version: u32::try_from(row.integer(4)?).map_err(|_| StoreError::Damaged)?,
        created: UnixTime(row.unsigned(5)?),
        updated: UnixTime(row.unsigned(6)?),
        changed_by: row.text(7)?.to_owned(),
    })
}

/// Adds a record; false where the reference is there already.
pub(crate) fn add(
    tx: &mut dyn Transaction,
    new: &Sealed,
    by: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO residents
                   (id, schema, reference_tag, sealed, state, version, created, updated, changed_by)
               VALUES ($1, $2, $3, $4, $5, 1, $6, $6, $7) ON CONFLICT DO NOTHING";
    let added = tx.execute(
        sql,
        cells![
            new.id,
            &new.schema.0,
            &new.reference_tag,
            &new.sealed,
            ResidentState::New.word(),
            now,
            by
        ],
    )?;
    Ok(added == 1)
}

/// How many terms one statement takes.
const BATCH: usize = 100;
static ADD_TERMS: LazyLock<String> = LazyLock::new(|| {
    let rows: Vec<_> = (0..BATCH)
        .map(|row| format!("(${}, ${})", 2 * row + 1, 2 * row + 2))
        .collect();
    format!(
        "INSERT INTO resident_terms (term, resident) VALUES {} ON CONFLICT DO NOTHING",
        rows.join(", ")
    )
});

/// Adds terms of records. In the order of the terms, so that pages are written once.
pub(crate) fn add_terms(
    tx: &mut dyn Transaction,
    terms: &mut [(Term, ResidentId)],
) -> Result<(), StoreError> {
    terms.sort_unstable();
    let cells = |(term, resident): &(Term, ResidentId)| [Cell::from(term), Cell::from(*resident)];
    let (batches, rest) = terms.as_chunks::<BATCH>();
    for batch in batches {
        tx.execute(
            &ADD_TERMS,
            &batch.iter().flat_map(cells).collect::<Vec<_>>(),
        )?;
    }
    for one in rest {
        let sql =
            "INSERT INTO resident_terms (term, resident) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.execute(sql, &cells(one))?;
    }
    Ok(())
}

pub(crate) fn remove_terms(
    tx: &mut dyn Transaction,
    id: ResidentId,
    terms: &[Term],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM resident_terms WHERE term = $1 AND resident = $2";
    terms
        .iter()
        .try_for_each(|term| tx.execute(sql, cells![term, id]).map(drop))
}

pub(crate) fn one(tx: &mut dyn Transaction, id: ResidentId) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT id, schema, sealed, state, version, created, updated, changed_by
               FROM residents WHERE id = $1";
    tx.first(sql, cells![id])?.as_ref().map(kept).transpose()
}

/// Changes a record of this version; false where there is none, or no longer. A reference that
/// another record has is [`StoreError::Taken`].
pub(crate) fn change(
    tx: &mut dyn Transaction,
    new: &Sealed,
    version: u32,
    by: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE residents
               SET reference_tag = $3, sealed = $4, version = version + 1, updated = $5,
                   changed_by = $6
               WHERE id = $1 AND version = $2";
    let cells = cells![new.id, version, &new.reference_tag, &new.sealed, now, by];
    Ok(tx.execute(sql, cells)? == 1)
}

/// Sets a record's state by its credentials and invitations; false where there is no such record.
/// The record stays locked until the transaction ends.
pub(crate) fn settle(
    tx: &mut dyn Transaction,
    id: ResidentId,
    now: UnixTime,
) -> Result<bool, StoreError> {
    // A statement of its own, so that the next one sees what somebody did who had it locked.
    let lock = "UPDATE residents SET state = state WHERE id = $1";
    if tx.execute(lock, cells![id])? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE residents SET state = CASE
                   WHEN EXISTS (SELECT 1 FROM holders WHERE resident = $1 AND revoked IS NULL)
                       THEN 'holds'
                   WHEN EXISTS (SELECT 1 FROM invitations WHERE resident = $1
                           AND state IN ('open', 'scanned', 'waiting') AND until >= $2)
                       THEN 'invited'
                   WHEN EXISTS (SELECT 1 FROM holders WHERE resident = $1) THEN 'revoked'
                   ELSE 'new' END
               WHERE id = $1";
    Ok(tx.execute(sql, cells![id, now])? == 1)
}

/// Removes a record of this version, where nothing depends on it; false where it stays.
pub(crate) fn remove(
    tx: &mut dyn Transaction,
    id: ResidentId,
    version: u32,
    now: UnixTime,
) -> Result<bool, StoreError> {
    settle(tx, id, now)?;
    let sql = "DELETE FROM residents
               WHERE id = $1 AND version = $2 AND state IN ('new', 'revoked')";
    Ok(tx.execute(sql, cells![id, version])? == 1)
}

/// Which records to list.
#[derive(Default)]
pub(crate) struct Filter {
    /// Of this schema.
    pub(crate) schema: Option<SchemaId>,
    /// In this state.
    pub(crate) state: Option<ResidentState>,
    /// With all of these terms.
    pub(crate) terms: Vec<Term>,
}

/// Records, newest first, and how many there are in all.
pub(crate) fn list(
    tx: &mut dyn Transaction,
    filter: &Filter,
    skip: u32,
    most: u32,
) -> Result<(Vec<Kept>, u64), StoreError> {
    const CHOSEN: &str = "(length($1) = 0 OR schema = $1) AND ($2 = '' OR state = $2)";
    const FOUND: &str = "id IN (SELECT resident FROM resident_terms
         WHERE term IN ($3, $4, $5, $6, $7, $8, $9, $10)
         GROUP BY resident HAVING count(*) = $11)";
    const COLUMNS: &str = "id, schema, sealed, state, version, created, updated, changed_by";
    static ALL: LazyLock<[String; 2]> = LazyLock::new(|| {
        [
            format!("SELECT count(*) FROM residents WHERE {CHOSEN}"),
            format!(
                "SELECT {COLUMNS} FROM residents WHERE {CHOSEN}
                 ORDER BY created DESC, id DESC LIMIT $3 OFFSET $4"
            ),
        ]
    });
    static SEARCH: LazyLock<[String; 2]> = LazyLock::new(|| {
        [
            format!("SELECT count(*) FROM residents WHERE {FOUND} AND {CHOSEN}"),
            format!(
                "SELECT {COLUMNS} FROM residents WHERE {FOUND} AND {CHOSEN}
                 ORDER BY created DESC, id DESC LIMIT $12 OFFSET $13"
            ),
        ]
    });
    let schema = filter.schema.map(|s| s.0.to_vec()).unwrap_or_default();
    let state = filter.state.map_or("", ResidentState::word);
    let mut cells = cells![&schema, state].to_vec();
    let mut terms = filter.terms.clone();
    terms.sort_unstable();
    terms.dedup();
    let [count, page] = if let Some(first) = terms.first() {
        // Fewer terms than places: the first one again.
        let places = terms.iter().chain(std::iter::repeat(first));
        cells.extend(places.take(crate::residents::MAX_SEARCH).map(Cell::from));
        cells.push(Cell::from(u32::try_from(terms.len()).unwrap_or(u32::MAX)));
        &*SEARCH
    } else {
        &*ALL
    };
    let total = tx.number(count, &cells)?;
    cells.extend([Cell::from(most), Cell::from(skip)]);
    let rows = tx.query(page, &cells)?;
    let kept = rows.iter().map(kept).collect::<Result<_, _>>()?;
    Ok((kept, u64::try_from(total).unwrap_or_default()))
}

/// Whether any record has this term.
pub(crate) fn has_term(tx: &mut dyn Transaction, term: &Term) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM resident_terms WHERE term = $1 LIMIT 1";
    Ok(tx.first(sql, cells![term])?.is_some())
}

/// How many records each schema has.
pub(crate) fn counts(tx: &mut dyn Transaction) -> Result<Vec<(SchemaId, u64)>, StoreError> {
    let rows = tx.query(
        "SELECT schema, count(*) FROM residents GROUP BY schema",
        &[],
    )?;
    let read = |row: &Row| Ok((SchemaId(row.array(0)?), row.unsigned(1)?));
    rows.iter().map(read).collect()
}
