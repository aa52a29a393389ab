//! The audit trail: who did what, each entry with the digest of all before it. spec:GL-10-AUDIT

use glimpse_core::cbor::Writer;
use glimpse_core::ids::UnixTime;
use sha2::{Digest, Sha256};

use crate::keys::{OfficeKeys, Purpose};
use crate::store::{Cell, Row, StoreError, Transaction, cells};

const DOMAIN: &str = "glimpse/audit/1";

/// What happened. Nothing here is personal: records are named by their random ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When.
    pub at: UnixTime,
    /// A member of staff by name, `wallet`, `command` for the command line, or `office` for what
    /// it does of itself.
    pub actor: &'a str,
    /// What was done, such as `credential.issue`.
    pub action: &'a str,
    /// To which record, by its id; empty where it is to none.
    pub subject: &'a str,
    /// A word or number more, such as a reason's code; never a value.
    pub detail: &'a str,
}

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: UnixTime,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To which record.
    pub subject: String,
    /// A word more.
    pub detail: String,
    /// Digest of this entry and, through the one before, of all before it.
    pub digest: [u8; 32],
    tag: [u8; 32],
}

impl Entry {
    fn event(&self) -> Event<'_> {
        Event {
            at: self.at,
            actor: &self.actor,
            action: &self.action,
            subject: &self.subject,
            detail: &self.detail,
        }
    }
}

/// What a check of the trail finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// How many entries there are.
    pub entries: u64,
    /// The first entry that is not what was written, or is missing.
    pub broken_at: Option<u64>,
    /// The last digest: kept elsewhere, it shows later that nothing was cut off.
    pub head: [u8; 32],
}

fn digest(previous: &[u8; 32], number: u64, event: &Event<'_>) -> [u8; 32] {
    let mut w = Writer::new();
    w.array(8).text(DOMAIN).bytes(previous).uint(number);
    w.uint(event.at.0).text(event.actor).text(event.action);
    w.text(event.subject).text(event.detail);
    Sha256::digest(w.into_vec()).into()
}

/// Adds an entry to the trail: the last thing a transaction does, since the next writer waits.
///
/// # Errors
/// [`StoreError`].
pub fn append(
    tx: &mut dyn Transaction,
    keys: &OfficeKeys,
    event: &Event<'_>,
) -> Result<(), StoreError> {
    let sql = "UPDATE audit_head SET number = number + 1 WHERE one = 1 RETURNING number, digest";
    let head = tx.first(sql, &[])?.ok_or(StoreError::Damaged)?;
    let number = head.unsigned(0)?;
    let previous = head.maybe(1, Row::array)?.unwrap_or_default();
    let digest = digest(&previous, number, event);
    let sql = "INSERT INTO audit (number, at, actor, action, subject, detail, digest, tag)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.execute(
        sql,
        cells![
            head.integer(0)?,
            event.at,
            event.actor,
            event.action,
            event.subject,
            event.detail,
            &digest,
            &keys.tag(Purpose::Audit, &digest)
        ],
    )?;
    tx.execute(
        "UPDATE audit_head SET digest = $1 WHERE one = 1",
        cells![&digest],
    )
    .map(drop)
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        number: row.unsigned(0)?,
        at: UnixTime(row.unsigned(1)?),
        actor: row.text(2)?.to_owned(),
        action: row.text(3)?.to_owned(),
        subject: row.text(4)?.to_owned(),
        detail: row.text(5)?.to_owned(),
        digest: row.array(6)?,
        tag: row.array(7)?,
    })
}

/// Which entries to list; an empty filter lets all through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Exactly this actor.
    pub actor: &'a str,
    /// Exactly this action.
    pub action: &'a str,
}

/// Entries, newest first, and how many there are in all.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    tx: &mut dyn Transaction,
    filter: Filter<'_>,
    skip: u32,
    most: u32,
) -> Result<(Vec<Entry>, u64), StoreError> {
    let chosen = [Cell::from(filter.actor), Cell::from(filter.action)];
    let total = tx.number(
        "SELECT count(*) FROM audit WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR action = $2)",
        &chosen,
    )?;
    let [actor, action] = chosen;
    let rows = tx.query(
        "SELECT number, at, actor, action, subject, detail, digest, tag FROM audit
         WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR action = $2)
         ORDER BY number DESC LIMIT $3 OFFSET $4",
        &[actor, action, most.into(), skip.into()],
    )?;
    let entries = rows.iter().map(entry).collect::<Result<_, _>>()?;
    Ok((entries, u64::try_from(total).unwrap_or_default()))
}

/// Entries after this number, in order, at most so many.
///
/// # Errors
/// [`StoreError`].
pub fn after(tx: &mut dyn Transaction, number: u64, most: u32) -> Result<Vec<Entry>, StoreError> {
    let rows = tx.query(
        "SELECT number, at, actor, action, subject, detail, digest, tag FROM audit
         WHERE number > $1 ORDER BY number LIMIT $2",
        cells![i64::try_from(number).unwrap_or(i64::MAX), most],
    )?;
    rows.iter().map(entry).collect()
}

/// Whether an entry has this digest: one that was the last when somebody wrote it down.
///
/// # Errors
/// [`StoreError`].
pub fn holds(tx: &mut dyn Transaction, digest: &[u8; 32]) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM audit WHERE digest = $1";
    Ok(tx.number(sql, cells![digest])? > 0)
}

/// Checks the whole trail: every digest, every tag, no gap, and that it ends where the head says.
///
/// # Errors
/// [`StoreError`].
pub fn check(tx: &mut dyn Transaction, keys: &OfficeKeys) -> Result<Check, StoreError> {
    const PAGE: u32 = 1000;
    let head = tx.first("SELECT number, digest FROM audit_head WHERE one = 1", &[])?;
    let head = head.ok_or(StoreError::Damaged)?;
    let last = head.unsigned(0)?;
    let (mut previous, mut seen, mut broken_at) = ([0; 32], 0, None);
    loop {
        let entries = after(tx, seen, PAGE)?;
        for entry in &entries {
            let expected = digest(&previous, seen + 1, &entry.event());
            let whole = entry.number == seen + 1
                && entry.digest == expected
                && entry.tag == keys.tag(Purpose::Audit, &expected);
            if !whole {
                broken_at.get_or_insert(seen + 1);
            }
            (previous, seen) = (entry.digest, entry.number);
        }
        if entries.is_empty() {
            break;
        }
    }
    if seen != last || head.maybe(1, Row::array)?.unwrap_or_default() != previous {
        broken_at.get_or_insert(seen.min(last) + 1);
    }
    Ok(Check {
        entries: last,
        broken_at,
        head: previous,
    })
}
