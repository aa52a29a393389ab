//! Issued credentials: what renewal needs of each, and whether it is live.

use glimpse_core::ids::{Handle, KeyId, SchemaId, UnixTime};

use crate::store::{Row, StoreError, Transaction, cells};

/// A holder's handle and whether it is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderStatus {
    /// The handle.
    pub handle: Handle,
    /// The schema.
    pub schema: SchemaId,
    /// The office's own reference.
    pub reference: String,
    /// Why it was revoked, if it was.
    pub revoked: Option<String>,
}

/// A credential that was just issued.
pub(crate) struct NewHolder<'a> {
    pub(crate) handle: Handle,
    pub(crate) schema: SchemaId,
    pub(crate) key: KeyId,
    pub(crate) b0: &'a [u8; 48],
    pub(crate) issued: UnixTime,
    pub(crate) reference: &'a str,
    /// The resident's record, where there is one.
    pub(crate) resident: Option<&'a [u8; 16]>,
}

pub(crate) fn add(tx: &mut dyn Transaction, new: &NewHolder<'_>) -> Result<(), StoreError> {
    let sql = "INSERT INTO holders (handle, schema, key, b0, issued, reference, resident)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let resident = new.resident.map(<[u8; 16]>::as_slice);
    tx.execute(
        sql,
        cells![
            &new.handle.0,
            &new.schema.0,
            &new.key.0,
            new.b0,
            new.issued,
            new.reference,
            resident
        ],
    )
    .map(drop)
}

pub(crate) fn all(tx: &mut dyn Transaction) -> Result<Vec<HolderStatus>, StoreError> {
    let sql = "SELECT handle, schema, reference,
                      CASE WHEN revoked IS NULL THEN NULL ELSE coalesce(reason, '') END
               FROM holders ORDER BY issued, handle";
    let read = |row: &Row| {
        Ok(HolderStatus {
            handle: Handle(row.array(0)?),
            schema: SchemaId(row.array(1)?),
            reference: row.text(2)?.to_owned(),
            revoked: row.maybe(3, Row::text)?.map(str::to_owned),
        })
    };
    tx.query(sql, &[])?.iter().map(read).collect()
}

/// Revokes; false where there is no such handle. The first reason and time stay.
pub(crate) fn revoke(
    tx: &mut dyn Transaction,
    handle: Handle,
    reason: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE holders SET revoked = coalesce(revoked, $2), reason = coalesce(reason, $3)
               WHERE handle = $1";
    Ok(tx.execute(sql, cells![&handle.0, now, reason])? == 1)
}

/// The live holders of a schema and key with handles after this one, in order, at most so many.
pub(crate) fn live_after(
    tx: &mut dyn Transaction,
    schema: SchemaId,
    key: KeyId,
    after: Option<Handle>,
    most: u32,
) -> Result<Vec<(Handle, [u8; 48])>, StoreError> {
    let sql = "SELECT handle, b0 FROM holders
               WHERE schema = $1 AND key = $2 AND revoked IS NULL AND handle > $3
               ORDER BY handle LIMIT $4";
    // An empty string of octets comes before every handle.
    let after = after.map(|handle| handle.0.to_vec()).unwrap_or_default();
    let rows = tx.query(sql, cells![&schema.0, &key.0, &after, most])?;
    let read = |row: &Row| Ok((Handle(row.array(0)?), row.array(1)?));
    rows.iter().map(read).collect()
}

/// How many live credentials each key has signed.
pub(crate) fn live_by_key(tx: &mut dyn Transaction) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let sql = "SELECT key, count(*) FROM holders WHERE revoked IS NULL GROUP BY key";
    let read = |row: &Row| Ok((KeyId(row.array(0)?), row.unsigned(1)?));
    tx.query(sql, &[])?.iter().map(read).collect()
}

/// Holders from before keys could rotate are of the office's one key.
pub(crate) fn adopt(tx: &mut dyn Transaction, key: KeyId) -> Result<(), StoreError> {
    let sql = "UPDATE holders SET key = $1 WHERE key IS NULL";
    tx.execute(sql, cells![&key.0]).map(drop)
}
