//! The office's schemas.

use glimpse_core::ids::{SchemaId, UnixTime};

use crate::store::{StoreError, Transaction, cells};

/// Adds a schema; false where it is there already.
pub(crate) fn add(
    tx: &mut dyn Transaction,
    id: SchemaId,
    octets: &[u8],
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO schemas (id, octets, added) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, cells![&id.0, octets, now])? == 1)
}

/// One schema's octets.
pub(crate) fn one(tx: &mut dyn Transaction, id: SchemaId) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx.first("SELECT octets FROM schemas WHERE id = $1", cells![&id.0])?;
    row.map(|row| Ok(row.octets(0)?.to_vec())).transpose()
}

/// Every schema's octets and when it was added, in the order in which they came.
pub(crate) fn all(tx: &mut dyn Transaction) -> Result<Vec<(Vec<u8>, UnixTime)>, StoreError> {
    let sql = "SELECT octets, added FROM schemas ORDER BY added, id";
    let rows = tx.query(sql, &[])?;
    let read = |row: &crate::store::Row| Ok((row.octets(0)?.to_vec(), UnixTime(row.unsigned(1)?)));
    rows.iter().map(read).collect()
}
