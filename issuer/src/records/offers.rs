//! One-time offers that travel as QR codes, and the answers that were given to them.

use glimpse_core::ids::UnixTime;

use crate::store::{Row, StoreError, Transaction, cells};

/// What the records know of an offer and a request that names it.
pub(crate) enum UsedOffer {
    Unknown,
    Open(Vec<u8>),
    BySame(Vec<u8>),
    ByAnother,
}

pub(crate) fn add(
    tx: &mut dyn Transaction,
    code: &[u8; 16],
    octets: &[u8],
    expires: UnixTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO offers (code, octets, expires) VALUES ($1, $2, $3)";
    tx.execute(sql, cells![code, octets, expires]).map(drop)
}

pub(crate) fn octets(
    tx: &mut dyn Transaction,
    code: &[u8; 16],
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx.first("SELECT octets FROM offers WHERE code = $1", cells![code])?;
    row.map(|row| Ok(row.octets(0)?.to_vec())).transpose()
}

pub(crate) fn look_up(
    tx: &mut dyn Transaction,
    code: &[u8; 16],
    request: &[u8],
) -> Result<UsedOffer, StoreError> {
    let sql = "SELECT octets, request, answer FROM offers WHERE code = $1";
    let Some(row) = tx.first(sql, cells![code])? else {
        return Ok(UsedOffer::Unknown);
    };
    Ok(match row.maybe(1, Row::octets)? {
        None => UsedOffer::Open(row.octets(0)?.to_vec()),
        Some(used) if used == request => UsedOffer::BySame(row.octets(2)?.to_vec()),
        Some(_) => UsedOffer::ByAnother,
    })
}

/// Uses an offer up; false when somebody was faster.
pub(crate) fn use_up(
    tx: &mut dyn Transaction,
    code: &[u8; 16],
    request: &[u8],
    answer: &[u8],
) -> Result<bool, StoreError> {
    let sql = "UPDATE offers SET request = $2, answer = $3 WHERE code = $1 AND request IS NULL";
    Ok(tx.execute(sql, cells![code, request, answer])? == 1)
}

/// Forgets offers that have expired, with the answers that were given to them.
pub(crate) fn forget(tx: &mut dyn Transaction, now: UnixTime) -> Result<(), StoreError> {
    tx.execute("DELETE FROM offers WHERE expires < $1", cells![now])
        .map(drop)
}
