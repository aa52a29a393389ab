//! Invitations to fetch a credential online: what is kept of each, and the steps from one state to
//! the next, each conditional on the state before. spec:GL-8-ONCE

use glimpse_core::ids::{SchemaId, UnixTime};

use crate::ids::{InvitationId, ResidentId};
use crate::store::{Row, StoreError, Transaction, cells};

/// Wrong transaction codes that kill an invitation.
pub(crate) const ATTEMPTS: u32 = 5;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has come with its codes.
    Open,
    /// A wallet has a token.
    Scanned,
    /// A wallet has asked, and a second person is to approve.
    Waiting,
    /// A credential was issued.
    Issued,
    /// The wallet says that it keeps the credential.
    Accepted,
    /// The wallet says that it does not.
    Failed,
    /// Nobody came in time.
    Expired,
    /// Staff took it back, or refused it.
    Cancelled,
    /// Too many wrong transaction codes.
    Dead,
}

impl State {
    /// The word for it in the interface and the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Scanned => "scanned",
            Self::Waiting => "waiting",
            Self::Issued => "issued",
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }

    fn read(word: &str) -> Result<Self, StoreError> {
        let all = [
            Self::Open,
            Self::Scanned,
            Self::Waiting,
            Self::Issued,
            Self::Accepted,
            Self::Failed,
            Self::Expired,
            Self::Cancelled,
            Self::Dead,
        ];
        let found = all.into_iter().find(|state| state.word() == word);
        found.ok_or(StoreError::Damaged)
    }
}

/// An invitation, without what is secret of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whose record it is for.
    pub resident: ResidentId,
    /// The credential's schema.
    pub schema: SchemaId,
    /// When it was made.
    pub created: UnixTime,
    /// By whom.
    pub created_by: String,
    /// Until when its codes are taken.
    pub expires: UnixTime,
    /// How many credentials may come of it.
    pub devices: u32,
    /// How many have.
    pub issued: u32,
    /// Whether a second person is to approve.
    pub approval: bool,
    /// The version of the record that a second person approved.
    pub approved: Option<u32>,
    state: State,
    until: UnixTime,
}

impl Invitation {
    /// What has become of it by now.
    pub fn state(&self, now: UnixTime) -> State {
        match self.state {
            State::Open | State::Scanned | State::Waiting if now > self.until => State::Expired,
            state => state,
        }
    }

    /// Whether a wallet may ask for a credential with its token.
    pub(crate) fn yields(&self) -> bool {
        use State::{Accepted, Failed, Issued, Scanned, Waiting};
        matches!(self.state, Scanned | Waiting | Issued | Accepted | Failed)
    }

    /// How many credentials may still come of it.
    pub(crate) fn left(&self) -> u32 {
        self.devices.saturating_sub(self.issued)
    }
}

/// What finds an invitation: digests, and the sealed originals.
pub(crate) struct Keys<'a> {
    pub(crate) code: [u8; 32],
    pub(crate) link: [u8; 32],
    pub(crate) issuer_state: [u8; 32],
    pub(crate) number: [u8; 32],
    pub(crate) secrets: &'a [u8],
}

/// An invitation that was just made.
pub(crate) struct New<'a> {
    pub(crate) id: InvitationId,
    pub(crate) resident: ResidentId,
    pub(crate) schema: SchemaId,
    pub(crate) created: UnixTime,
    pub(crate) created_by: &'a str,
    pub(crate) expires: UnixTime,
    pub(crate) devices: u32,
    pub(crate) approval: bool,
    pub(crate) keys: Keys<'a>,
}

pub(crate) fn add(tx: &mut dyn Transaction, new: &New<'_>) -> Result<(), StoreError> {
    let sql = "INSERT INTO invitations (id, resident, schema, created, created_by, expires, until,
                 devices, state, approval, code, link, issuer_state, number, secrets)
               VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 'open', $8, $9, $10, $11, $12, $13)";
    let keys = &new.keys;
    tx.execute(
        sql,
        cells![
            new.id,
            new.resident,
            &new.schema.0,
            new.created,
            new.created_by,
            new.expires,
            new.devices,
            new.approval,
            &keys.code,
            &keys.link,
            &keys.issuer_state,
            &keys.number,
            keys.secrets
        ],
    )
    .map(drop)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, resident, schema, created, created_by, expires, until, devices, issued, ",
            "state, approval, approved, secrets FROM invitations WHERE ",
            $rest
        )
    };
}

fn count(row: &Row, column: usize) -> Result<u32, StoreError> {
    u32::try_from(row.unsigned(column)?).map_err(|_| StoreError::Damaged)
}

fn invitation(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: InvitationId(row.array(0)?),
        resident: ResidentId(row.array(1)?),
        schema: SchemaId(row.array(2)?),
        created: UnixTime(row.unsigned(3)?),
        created_by: row.text(4)?.to_owned(),
        expires: UnixTime(row.unsigned(5)?),
        until: UnixTime(row.unsigned(6)?),
        devices: count(row, 7)?,
        issued: count(row, 8)?,
        state: State::read(row.text(9)?)?,
        approval: row.boolean(10)?,
        approved: row.maybe(11, count)?,
    })
}

/// By what an invitation is looked for.
#[derive(Clone, Copy)]
pub(crate) enum By {
    Id,
    Code,
    Link,
    IssuerState,
    Number,
}

/// An invitation with its sealed secrets, where it still has them.
pub(crate) type Found = (Invitation, Option<Vec<u8>>);

pub(crate) fn find(
    tx: &mut dyn Transaction,
    by: By,
    key: &[u8],
) -> Result<Option<Found>, StoreError> {
    let sql = match by {
        By::Id => select!("id = $1"),
        By::Code => select!("code = $1"),
        By::Link => select!("link = $1"),
        By::IssuerState => select!("issuer_state = $1"),
        By::Number => select!("number = $1"),
    };
    let read = |row: Row| {
        let secrets = row.maybe(12, Row::octets)?.map(<[u8]>::to_vec);
        Ok((invitation(&row)?, secrets))
    };
    tx.first(sql, cells![key])?.map(read).transpose()
}

/// A resident's invitations, newest first.
pub(crate) fn of_resident(
    tx: &mut dyn Transaction,
    resident: ResidentId,
) -> Result<Vec<Invitation>, StoreError> {
    let sql = select!("resident = $1 ORDER BY created DESC, id");
    tx.query(sql, cells![resident])?
        .iter()
        .map(invitation)
        .collect()
}

/// How many invitations a credential can still come of, and how many of them wait for approval.
pub(crate) fn counts(tx: &mut dyn Transaction, now: UnixTime) -> Result<(u64, u64), StoreError> {
    let number = |tx: &mut dyn Transaction, sql| {
        let number = tx.number(sql, cells![now])?;
        Ok::<_, StoreError>(u64::try_from(number).unwrap_or_default())
    };
    let open = "SELECT count(*) FROM invitations
                WHERE state IN ('open', 'scanned', 'waiting') AND until >= $1";
    let waiting = "SELECT count(*) FROM invitations
                   WHERE state = 'waiting' AND approved IS NULL AND until >= $1";
    Ok((number(tx, open)?, number(tx, waiting)?))
}

/// Invitations that wait for a second person, oldest first, and how many there are.
pub(crate) fn waiting(
    tx: &mut dyn Transaction,
    now: UnixTime,
    skip: u32,
    most: u32,
) -> Result<(Vec<Invitation>, u64), StoreError> {
    let sql = select!(
        "state = 'waiting' AND approved IS NULL AND until >= $1
         ORDER BY created, id LIMIT $2 OFFSET $3"
    );
    let rows = tx.query(sql, cells![now, most, skip])?;
    let found = rows.iter().map(invitation).collect::<Result<_, _>>()?;
    Ok((found, counts(tx, now)?.1))
}

/// Counts an attempt with a transaction code; how many there were with it, or nothing where none
/// may be made. It also keeps others from attempting until the transaction ends.
pub(crate) fn attempt(
    tx: &mut dyn Transaction,
    id: InvitationId,
    again: bool,
    now: UnixTime,
) -> Result<Option<u32>, StoreError> {
    // The authorization code grant goes on while credentials are left.
    let sql = "UPDATE invitations SET attempts = attempts + 1
               WHERE id = $1 AND attempts < $2 AND expires >= $3 AND secrets IS NOT NULL
                 AND (state = 'open'
                 OR ($4 = 1 AND issued < devices
                     AND state IN ('scanned', 'waiting', 'issued', 'accepted', 'failed')))
               RETURNING attempts";
    let row = tx.first(sql, cells![id, ATTEMPTS, now, again])?;
    row.map(|row| count(&row, 0)).transpose()
}

/// The attempt was a right one: it does not count.
pub(crate) fn right(tx: &mut dyn Transaction, id: InvitationId) -> Result<(), StoreError> {
    let sql = "UPDATE invitations SET attempts = attempts - 1 WHERE id = $1";
    tx.execute(sql, cells![id]).map(drop)
}

/// Ends an invitation that nothing has come of yet; false where something has, or it has ended.
pub(crate) fn end(
    tx: &mut dyn Transaction,
    id: InvitationId,
    state: State,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET state = $2, secrets = NULL
               WHERE id = $1 AND state IN ('open', 'scanned', 'waiting') AND until >= $3";
    Ok(tx.execute(sql, cells![id, state.word(), now])? == 1)
}

/// Ends what is left of an invitation of which something has come; false where nothing has, or
/// nothing is left.
pub(crate) fn close(tx: &mut dyn Transaction, id: InvitationId) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET devices = issued, secrets = NULL,
                 state = CASE WHEN state IN ('scanned', 'waiting') THEN 'issued' ELSE state END
               WHERE id = $1 AND issued > 0 AND issued < devices
                 AND state IN ('scanned', 'waiting', 'issued', 'accepted', 'failed')";
    Ok(tx.execute(sql, cells![id])? == 1)
}

/// A resident's invitations of which something has come and something is left.
pub(crate) fn unfinished(
    tx: &mut dyn Transaction,
    resident: ResidentId,
) -> Result<Vec<InvitationId>, StoreError> {
    let sql = "SELECT id FROM invitations WHERE resident = $1 AND issued > 0 AND issued < devices
               ORDER BY id";
    let rows = tx.query(sql, cells![resident])?;
    rows.iter()
        .map(|row| Ok(InvitationId(row.array(0)?)))
        .collect()
}

/// No code is taken any more; what was issued stays.
pub(crate) fn kill(tx: &mut dyn Transaction, id: InvitationId) -> Result<(), StoreError> {
    let sql = "UPDATE invitations SET secrets = NULL,
                 state = CASE WHEN state = 'open' THEN 'dead' ELSE state END WHERE id = $1";
    tx.execute(sql, cells![id]).map(drop)
}

/// A wallet has a token that lives until then; false where the invitation has ended meanwhile.
pub(crate) fn scan(
    tx: &mut dyn Transaction,
    id: InvitationId,
    until: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET until = CASE WHEN until > $2 THEN until ELSE $2 END,
                 state = CASE WHEN state = 'open' THEN 'scanned' ELSE state END
               WHERE id = $1 AND issued < devices
                 AND state IN ('open', 'scanned', 'waiting', 'issued', 'accepted', 'failed')";
    Ok(tx.execute(sql, cells![id, until])? == 1)
}

/// A wallet's request waits for a second person; false where the invitation has ended meanwhile.
pub(crate) fn wait(tx: &mut dyn Transaction, id: InvitationId) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET state = 'waiting', approved = NULL, approved_by = NULL
               WHERE id = $1 AND issued < devices
                 AND state IN ('scanned', 'waiting', 'issued', 'accepted', 'failed')";
    Ok(tx.execute(sql, cells![id])? == 1)
}

/// A second person approves this version of the record.
pub(crate) fn approve(
    tx: &mut dyn Transaction,
    id: InvitationId,
    version: u32,
    by: &str,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET approved = $2, approved_by = $3
               WHERE id = $1 AND state = 'waiting' AND approved IS NULL AND until >= $4
                 AND created_by <> $3";
    Ok(tx.execute(sql, cells![id, version, by, now])? == 1)
}

/// So many credentials more have come of an invitation, of this version of the record; false where
/// fewer are left, it has ended, or another version was approved. The secrets go with the last.
pub(crate) fn issue(
    tx: &mut dyn Transaction,
    id: InvitationId,
    credentials: u32,
    version: u32,
) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET issued = issued + $2, state = 'issued',
                 secrets = CASE WHEN issued + $2 = devices THEN NULL ELSE secrets END
               WHERE id = $1 AND issued + $2 <= devices AND (approval = 0 OR approved = $3)
                 AND state IN ('scanned', 'waiting', 'issued', 'accepted', 'failed')";
    Ok(tx.execute(sql, cells![id, credentials, version])? == 1)
}

/// A wallet says what became of what was issued.
pub(crate) fn told(
    tx: &mut dyn Transaction,
    id: InvitationId,
    state: State,
) -> Result<(), StoreError> {
    let sql = "UPDATE invitations SET state = $2
               WHERE id = $1 AND state IN ('issued', 'accepted', 'failed')";
    tx.execute(sql, cells![id, state.word()]).map(drop)
}

/// Ends the invitations whose time is over, and forgets what could be shown again of them; whose
/// they were.
pub(crate) fn lapse(
    tx: &mut dyn Transaction,
    now: UnixTime,
) -> Result<Vec<ResidentId>, StoreError> {
    let sql = "UPDATE invitations SET secrets = NULL WHERE secrets IS NOT NULL AND expires < $1";
    tx.execute(sql, cells![now])?;
    let sql = "UPDATE invitations SET state = 'expired'
               WHERE state IN ('open', 'scanned', 'waiting') AND until < $1 RETURNING resident";
    let rows = tx.query(sql, cells![now])?;
    rows.iter()
        .map(|row| Ok(ResidentId(row.array(0)?)))
        .collect()
}
