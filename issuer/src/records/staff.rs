//! Members of staff, their sessions, and attempts to sign in.

use glimpse_core::ids::UnixTime;

use crate::staff::Role;
use crate::store::{Row, StoreError, Transaction, cells};

/// A member of staff, as the records have her. The password's hash stays behind this module's door
/// and that of `staff`.
pub(crate) struct Record {
    pub(crate) id: [u8; 16],
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) password: String,
    pub(crate) totp: Option<Vec<u8>>,
    pub(crate) enrolling: Option<Vec<u8>>,
    pub(crate) disabled: bool,
    pub(crate) seen: Option<UnixTime>,
}

fn record(row: &Row) -> Result<Record, StoreError> {
    Ok(Record {
        id: row.array(0)?,
        name: row.text(1)?.to_owned(),
        role: Role::from_code(row.text(2)?).ok_or(StoreError::Damaged)?,
        password: row.text(3)?.to_owned(),
        totp: row.maybe(4, Row::octets)?.map(<[u8]>::to_vec),
        enrolling: row.maybe(5, Row::octets)?.map(<[u8]>::to_vec),
        disabled: row.boolean(6)?,
        seen: row.maybe(7, Row::unsigned)?.map(UnixTime),
    })
}

pub(crate) fn add(
    tx: &mut dyn Transaction,
    record: &Record,
    folded: &str,
    now: UnixTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO staff (id, name, folded, role, password, created)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let role = record.role.code();
    let cells = cells![
        &record.id,
        &*record.name,
        folded,
        role,
        &*record.password,
        now
    ];
    tx.execute(sql, cells).map(drop)
}

pub(crate) fn by_name(
    tx: &mut dyn Transaction,
    folded: &str,
) -> Result<Option<Record>, StoreError> {
    let sql = "SELECT id, name, role, password, totp, enrolling, disabled, seen FROM staff
               WHERE folded = $1";
    tx.first(sql, cells![folded])?
        .map(|row| record(&row))
        .transpose()
}

pub(crate) fn by_id(tx: &mut dyn Transaction, id: &[u8; 16]) -> Result<Option<Record>, StoreError> {
    let sql = "SELECT id, name, role, password, totp, enrolling, disabled, seen FROM staff
               WHERE id = $1";
    tx.first(sql, cells![id])?
        .map(|row| record(&row))
        .transpose()
}

pub(crate) fn all(tx: &mut dyn Transaction) -> Result<Vec<Record>, StoreError> {
    let sql = "SELECT id, name, role, password, totp, enrolling, disabled, seen FROM staff
               ORDER BY folded";
    tx.query(sql, &[])?.iter().map(record).collect()
}

/// How often somebody tried a name, and until when it is locked.
#[derive(Clone, Copy)]
pub(crate) struct Attempts {
    pub(crate) wrong: u64,
    pub(crate) locked: UnixTime,
}

pub(crate) fn attempts(tx: &mut dyn Transaction, tag: &[u8; 32]) -> Result<Attempts, StoreError> {
    let sql = "SELECT wrong, locked FROM attempts WHERE tag = $1";
    let row = tx.first(sql, cells![tag])?;
    let none = Attempts {
        wrong: 0,
        locked: UnixTime(0),
    };
    row.map_or(Ok(none), |row| read_attempts(&row))
}

fn read_attempts(row: &Row) -> Result<Attempts, StoreError> {
    Ok(Attempts {
        wrong: row.unsigned(0)?,
        locked: UnixTime(row.unsigned(1)?),
    })
}

/// Counts an attempt, and says how things stood before and with it. Whoever tries the same name at
/// the same moment waits for this transaction.
pub(crate) fn count_attempt(
    tx: &mut dyn Transaction,
    tag: &[u8; 32],
    now: UnixTime,
) -> Result<Attempts, StoreError> {
    let sql = "INSERT INTO attempts (tag, wrong, locked, last) VALUES ($1, 1, 0, $2)
               ON CONFLICT (tag) DO UPDATE SET wrong = attempts.wrong + 1, last = $2
               RETURNING wrong, locked";
    let row = tx.first(sql, cells![tag, now])?;
    read_attempts(&row.ok_or(StoreError::Damaged)?)
}

pub(crate) fn set_attempts(
    tx: &mut dyn Transaction,
    tag: &[u8; 32],
    attempts: Attempts,
) -> Result<(), StoreError> {
    let sql = "UPDATE attempts SET wrong = $2, locked = $3 WHERE tag = $1";
    let wrong = i64::try_from(attempts.wrong).unwrap_or(i64::MAX);
    tx.execute(sql, cells![tag, wrong, attempts.locked])
        .map(drop)
}

pub(crate) fn forget_attempts(tx: &mut dyn Transaction, tag: &[u8; 32]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM attempts WHERE tag = $1", cells![tag])
        .map(drop)
}

/// Forgets what is too old to matter.
pub(crate) fn forget_old(
    tx: &mut dyn Transaction,
    sessions_before: UnixTime,
    attempts_before: UnixTime,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM sessions WHERE created < $1";
    tx.execute(sql, cells![sessions_before])?;
    let sql = "DELETE FROM attempts WHERE last < $1";
    tx.execute(sql, cells![attempts_before]).map(drop)
}

pub(crate) fn add_session(
    tx: &mut dyn Transaction,
    digest: &[u8; 32],
    staff: &[u8; 16],
    now: UnixTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO sessions (digest, staff, created, seen) VALUES ($1, $2, $3, $3)";
    tx.execute(sql, cells![digest, staff, now]).map(drop)
}

/// Sees somebody sign in; false when she may not any more, or her password is not the one that was
/// checked. Whoever changes that at the same moment waits for this transaction, and so ends the
/// session with the others.
pub(crate) fn see(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    password: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE staff SET seen = $2 WHERE id = $1 AND password = $3 AND disabled = 0";
    Ok(tx.execute(sql, cells![staff, now, password])? == 1)
}

/// Whose session this is, and when it was last seen, if it began after `created` and was seen
/// after `seen`.
pub(crate) fn session(
    tx: &mut dyn Transaction,
    digest: &[u8; 32],
    created: UnixTime,
    seen: UnixTime,
) -> Result<Option<([u8; 16], UnixTime)>, StoreError> {
    let sql = "SELECT staff, seen FROM sessions WHERE digest = $1 AND created > $2 AND seen > $3";
    let row = tx.first(sql, cells![digest, created, seen])?;
    row.map(|row| Ok((row.array(0)?, UnixTime(row.unsigned(1)?))))
        .transpose()
}

pub(crate) fn touch(
    tx: &mut dyn Transaction,
    digest: &[u8; 32],
    staff: &[u8; 16],
    now: UnixTime,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE sessions SET seen = $2 WHERE digest = $1",
        cells![digest, now],
    )?;
    tx.execute(
        "UPDATE staff SET seen = $2 WHERE id = $1",
        cells![staff, now],
    )
    .map(drop)
}

pub(crate) fn end_session(tx: &mut dyn Transaction, digest: &[u8; 32]) -> Result<bool, StoreError> {
    let ended = tx.execute("DELETE FROM sessions WHERE digest = $1", cells![digest])?;
    Ok(ended == 1)
}

/// Ends every session of a person, but perhaps the one from which she asks for it.
pub(crate) fn end_sessions(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    but: Option<&[u8; 32]>,
) -> Result<(), StoreError> {
    let but = but.map_or(&[][..], |digest| digest.as_slice());
    let sql = "DELETE FROM sessions WHERE staff = $1 AND digest <> $2";
    tx.execute(sql, cells![staff, but]).map(drop)
}

/// Takes an attempt back that was counted beforehand and was not wrong, and the lock if that came
/// with it.
pub(crate) fn uncount_attempt(
    tx: &mut dyn Transaction,
    tag: &[u8; 32],
    unlock: bool,
) -> Result<(), StoreError> {
    let sql = "UPDATE attempts
               SET wrong = wrong - 1, locked = CASE WHEN $2 = 1 THEN 0 ELSE locked END
               WHERE tag = $1 AND wrong > 0";
    tx.execute(sql, cells![tag, unlock]).map(drop)
}

/// Uses a time step of the second factor up; false when it, or a later one, was used before.
pub(crate) fn use_step(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    step: u64,
) -> Result<bool, StoreError> {
    let sql = "UPDATE staff SET step = $2 WHERE id = $1 AND step < $2";
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    Ok(tx.execute(sql, cells![staff, step])? == 1)
}

/// Keeps a sealed secret that is to be confirmed by a code; false where one is in use.
pub(crate) fn begin_enrolment(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    sealed: &[u8],
) -> Result<bool, StoreError> {
    let sql = "UPDATE staff SET enrolling = $2 WHERE id = $1 AND totp IS NULL";
    Ok(tx.execute(sql, cells![staff, sealed])? == 1)
}

/// Puts the secret into use that was confirmed; false where it is not that one any more.
pub(crate) fn finish_enrolment(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    sealed: &[u8],
) -> Result<bool, StoreError> {
    let sql = "UPDATE staff SET totp = enrolling, enrolling = NULL
               WHERE id = $1 AND totp IS NULL AND enrolling = $2";
    Ok(tx.execute(sql, cells![staff, sealed])? == 1)
}

pub(crate) fn forget_totp(tx: &mut dyn Transaction, staff: &[u8; 16]) -> Result<(), StoreError> {
    let sql = "UPDATE staff SET totp = NULL, enrolling = NULL WHERE id = $1";
    tx.execute(sql, cells![staff]).map(drop)
}

pub(crate) fn set_password(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    password: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE staff SET password = $2 WHERE id = $1";
    tx.execute(sql, cells![staff, password]).map(drop)
}

/// The same by who knows the old one; false when that was changed since it was checked.
pub(crate) fn change_password(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    old: &str,
    new: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE staff SET password = $3 WHERE id = $1 AND password = $2 AND disabled = 0";
    Ok(tx.execute(sql, cells![staff, old, new])? == 1)
}

pub(crate) fn set_role(
    tx: &mut dyn Transaction,
    staff: &[u8; 16],
    role: Role,
    disabled: bool,
) -> Result<(), StoreError> {
    let sql = "UPDATE staff SET role = $2, disabled = $3 WHERE id = $1";
    tx.execute(sql, cells![staff, role.code(), disabled])
        .map(drop)
}

/// How many registrars may sign in.
pub(crate) fn registrars(tx: &mut dyn Transaction) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM staff WHERE role = 'registrar' AND disabled = 0";
    tx.number(sql, &[])
}

/// Whoever changes what people may do waits here for whoever else does: otherwise two registrars
/// could each take the other's role away at the same moment.
pub(crate) fn wait(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let sql = "UPDATE settings SET value = value WHERE name = 'office'";
    tx.execute(sql, &[]).map(drop)
}
