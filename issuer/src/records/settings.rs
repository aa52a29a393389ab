//! What belongs to the office as a whole.

use crate::store::{StoreError, Transaction, cells};

/// Keeps a value where there is none yet; returns the one that is kept.
pub(crate) fn keep(
    tx: &mut dyn Transaction,
    name: &str,
    value: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, cells![name, value])?;
    let row = tx.first("SELECT value FROM settings WHERE name = $1", cells![name])?;
    Ok(row.ok_or(StoreError::Damaged)?.octets(0)?.to_vec())
}
