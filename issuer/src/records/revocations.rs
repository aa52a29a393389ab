//! Requests to revoke a credential.

use glimpse_core::ids::{Handle, SchemaId, UnixTime};

use crate::ids::{ResidentId, RevocationId};
use crate::revocation::{Reason, RevocationState};
use crate::store::{Row, StoreError, Transaction, cells};

/// A request as it comes out of the database.
pub(crate) struct Kept {
    pub(crate) id: RevocationId,
    pub(crate) handle: Handle,
    pub(crate) schema: SchemaId,
    pub(crate) resident: Option<ResidentId>,
    pub(crate) reason: Reason,
    pub(crate) note: Option<Vec<u8>>,
    pub(crate) requested: UnixTime,
    pub(crate) requested_by: String,
    pub(crate) state: RevocationState,
    pub(crate) decided: Option<UnixTime>,
    pub(crate) decided_by: Option<String>,
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    let damaged = || StoreError::Damaged;
    Ok(Kept {
        id: RevocationId(row.array(0)?),
        handle: Handle(row.array(1)?),
        reason: Reason::from_word(row.text(2)?).ok_or_else(damaged)?,
        note: row.maybe(3, Row::octets)?.map(<[u8]>::to_vec),
        requested: UnixTime(row.unsigned(4)?),
        requested_by: row.text(5)?.to_owned(),
        state: RevocationState::from_word(row.text(6)?).ok_or_else(damaged)?,
        decided: row.maybe(7, Row::unsigned)?.map(UnixTime),
        decided_by: row.maybe(8, Row::text)?.map(str::to_owned),
        resident: row.maybe(9, Row::array)?.map(ResidentId),
        schema: SchemaId(row.array(10)?),
    })
}

/// Adds a request; false where one for the same credential is open.
pub(crate) fn add(
    tx: &mut dyn Transaction,
    id: RevocationId,
    handle: Handle,
    reason: Reason,
    note: Option<&[u8]>,
    by: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO revocations (id, handle, reason, note, requested, requested_by, state)
               VALUES ($1, $2, $3, $4, $5, $6, 'requested') ON CONFLICT DO NOTHING";
    let cells = cells![id, &handle.0, reason.word(), note, now, by];
    Ok(tx.execute(sql, cells)? == 1)
}

pub(crate) fn one(tx: &mut dyn Transaction, id: RevocationId) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT r.id, r.handle, r.reason, r.note, r.requested, r.requested_by, r.state,
                      r.decided, r.decided_by, h.resident, h.schema
               FROM revocations r JOIN holders h ON h.handle = r.handle WHERE r.id = $1";
    tx.first(sql, cells![id])?.as_ref().map(kept).transpose()
}

/// Decides on an open request of somebody else; false where there is none.
pub(crate) fn decide(
    tx: &mut dyn Transaction,
    id: RevocationId,
    state: RevocationState,
    by: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE revocations SET state = $2, decided = $3, decided_by = $4
               WHERE id = $1 AND state = 'requested' AND (requested_by <> $4 OR $2 = 'refused')";
    Ok(tx.execute(sql, cells![id, state.word(), now, by])? == 1)
}

/// Whoever revokes without a request decides on one that is open.
pub(crate) fn confirm_open(
    tx: &mut dyn Transaction,
    handle: Handle,
    by: &str,
    now: UnixTime,
) -> Result<(), StoreError> {
    let sql = "UPDATE revocations SET state = 'confirmed', decided = $2, decided_by = $3
               WHERE handle = $1 AND state = 'requested'";
    tx.execute(sql, cells![&handle.0, now, by]).map(drop)
}

/// Requests, newest first, and how many there are in all; of one state, where it is given.
pub(crate) fn list(
    tx: &mut dyn Transaction,
    state: Option<RevocationState>,
    skip: u32,
    most: u32,
) -> Result<(Vec<Kept>, u64), StoreError> {
    let state = state.map_or("", RevocationState::word);
    let sql = "SELECT count(*) FROM revocations WHERE $1 = '' OR state = $1";
    let total = tx.number(sql, cells![state])?;
    let sql = "SELECT r.id, r.handle, r.reason, r.note, r.requested, r.requested_by, r.state,
                      r.decided, r.decided_by, h.resident, h.schema
               FROM revocations r JOIN holders h ON h.handle = r.handle
               WHERE $1 = '' OR r.state = $1
               ORDER BY r.requested DESC, r.id LIMIT $2 OFFSET $3";
    let rows = tx.query(sql, cells![state, most, skip])?;
    let kept = rows.iter().map(kept).collect::<Result<_, _>>()?;
    Ok((kept, u64::try_from(total).unwrap_or_default()))
}

/// How many requests wait for a decision.
pub(crate) fn open(tx: &mut dyn Transaction) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM revocations WHERE state = 'requested'";
    Ok(u64::try_from(tx.number(sql, &[])?).unwrap_or_default())
}
