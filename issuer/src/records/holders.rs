//! Issued credentials: what renewal needs of each, and whether it is live.

use glimpse_core::ids::{Handle, KeyId, SchemaId, UnixTime};

use crate::ids::ResidentId;
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

/// The handles from the first to the last.
pub(crate) fn between(
    tx: &mut dyn Transaction,
    first: Handle,
    last: Handle,
) -> Result<Vec<Handle>, StoreError> {
    let sql = "SELECT handle FROM holders WHERE handle >= $1 AND handle <= $2";
    let rows = tx.query(sql, cells![&first.0, &last.0])?;
    rows.iter().map(|row| Ok(Handle(row.array(0)?))).collect()
}

/// Whether a credential is live, where there is one with this handle.
pub(crate) fn is_live(
    tx: &mut dyn Transaction,
    handle: Handle,
) -> Result<Option<bool>, StoreError> {
    let sql = "SELECT CASE WHEN revoked IS NULL THEN 1 ELSE 0 END FROM holders WHERE handle = $1";
    let row = tx.first(sql, cells![&handle.0])?;
    row.map(|row| row.boolean(0)).transpose()
}

/// Whose credential it is, where her record is in the office's list.
pub(crate) fn resident(
    tx: &mut dyn Transaction,
    handle: Handle,
) -> Result<Option<ResidentId>, StoreError> {
    let sql = "SELECT resident FROM holders WHERE handle = $1";
    match tx.first(sql, cells![&handle.0])? {
        Some(row) => Ok(row.maybe(0, Row::array)?.map(ResidentId)),
        None => Ok(None),
    }
}

/// A credential of a resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCredential {
    /// The handle.
    pub handle: Handle,
    /// The key that signed it.
    pub key: KeyId,
    /// When it was issued.
    pub issued: UnixTime,
    /// When it was revoked, if it was.
    pub revoked: Option<UnixTime>,
    /// Why.
    pub reason: Option<String>,
    /// Whether somebody asked that it be revoked, and nobody has decided.
    pub revoking: bool,
}

/// A resident's credentials, newest first.
pub(crate) fn of_resident(
    tx: &mut dyn Transaction,
    id: ResidentId,
) -> Result<Vec<HeldCredential>, StoreError> {
    let sql = "SELECT handle, key, issued, revoked, reason,
                      CASE WHEN EXISTS (SELECT 1 FROM revocations r
                               WHERE r.handle = holders.handle AND r.state = 'requested')
                           THEN 1 ELSE 0 END
               FROM holders WHERE resident = $1 ORDER BY issued DESC, handle";
    let read = |row: &Row| {
        Ok(HeldCredential {
            handle: Handle(row.array(0)?),
            key: KeyId(row.array(1)?),
            issued: UnixTime(row.unsigned(2)?),
            revoked: row.maybe(3, Row::unsigned)?.map(UnixTime),
            reason: row.maybe(4, Row::text)?.map(str::to_owned),
            revoking: row.boolean(5)?,
        })
    };
    tx.query(sql, cells![id])?.iter().map(read).collect()
}

/// How many live credentials each schema has.
pub(crate) fn live_counts(tx: &mut dyn Transaction) -> Result<Vec<(SchemaId, u64)>, StoreError> {
    let sql = "SELECT schema, count(*) FROM holders WHERE revoked IS NULL GROUP BY schema";
    let read = |row: &Row| Ok((SchemaId(row.array(0)?), row.unsigned(1)?));
    tx.query(sql, &[])?.iter().map(read).collect()
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
