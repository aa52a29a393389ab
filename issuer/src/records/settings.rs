//! What belongs to the office as a whole.

use crate::store::{StoreError, Transaction, cells};

/// The Ed25519 key that signs: a service whose keys are older than this learns it here.
pub(crate) const SIGNING_KEY: &str = "signing-key";

/// A value, where there is one.
pub(crate) fn find(tx: &mut dyn Transaction, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx.first("SELECT value FROM settings WHERE name = $1", cells![name])?;
    row.map(|row| Ok(row.octets(0)?.to_vec())).transpose()
}

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

/// Keeps a value in the place of the one that there is.
pub(crate) fn put(tx: &mut dyn Transaction, name: &str, value: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO settings (name, value) VALUES ($1, $2)
               ON CONFLICT (name) DO UPDATE SET value = $2";
    tx.execute(sql, cells![name, value]).map(drop)
}
