//! Renewals under way: their plans, and who is at which bucket.

use glimpse_core::ids::{EpochDay, Handle, KeyId, SchemaId, UnixTime};

use crate::store::{Cell, Row, StoreError, Transaction, cells};

/// Whose renewal, and for when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) schema: SchemaId,
    pub(crate) key: KeyId,
    pub(crate) epoch: EpochDay,
}

impl Place {
    /// The first three parameters of every statement here, and more.
    pub(super) fn and<const N: usize>(&self, more: [Cell; N]) -> Vec<Cell> {
        let place = [
            Cell::from(&self.schema.0),
            Cell::from(&self.key.0),
            Cell::from(self.epoch.0),
        ];
        place.into_iter().chain(more).collect()
    }
}

/// How a renewal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewalState {
    /// A run is under way, or was when its program ended: another goes on with it.
    Running,
    /// The last run is published.
    Done,
    /// A bucket failed again and again; what was published before stands.
    Failed,
}

impl RenewalState {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn of(word: &str) -> Result<Self, StoreError> {
        let all = [Self::Running, Self::Done, Self::Failed];
        let found = all.into_iter().find(|state| state.word() == word);
        found.ok_or(StoreError::Damaged)
    }
}

/// A renewal's row.
#[derive(Clone, Debug)]
pub(crate) struct RenewalRow {
    pub(crate) run: i64,
    pub(crate) wanted: i64,
    pub(crate) state: RenewalState,
    pub(crate) started: UnixTime,
    pub(crate) finished: Option<UnixTime>,
    pub(crate) failure: Option<String>,
    pub(crate) signer: Option<[u8; 32]>,
    pub(crate) renewed: u64,
    pub(crate) size: u64,
}

pub(crate) fn find(
    tx: &mut dyn Transaction,
    place: &Place,
) -> Result<Option<RenewalRow>, StoreError> {
    let sql = "SELECT run, wanted, state, started, finished, failure, signer, renewed, size
               FROM renewals WHERE schema = $1 AND key = $2 AND epoch = $3";
    let row = tx.first(sql, &place.and([]))?;
    let read = |row: Row| {
        Ok(RenewalRow {
            run: row.integer(0)?,
            wanted: row.integer(1)?,
            state: RenewalState::of(row.text(2)?)?,
            started: UnixTime(row.unsigned(3)?),
            finished: row.maybe(4, Row::unsigned)?.map(UnixTime),
            failure: row.maybe(5, Row::text)?.map(str::to_owned),
            signer: row.maybe(6, Row::array)?,
            renewed: row.unsigned(7)?,
            size: row.unsigned(8)?,
        })
    };
    row.map(read).transpose()
}

/// Whether there was ever a renewal of this schema and key.
pub(crate) fn any(
    tx: &mut dyn Transaction,
    schema: SchemaId,
    key: KeyId,
) -> Result<bool, StoreError> {
    let sql = "SELECT epoch FROM renewals WHERE schema = $1 AND key = $2 LIMIT 1";
    Ok(tx.first(sql, cells![&schema.0, &key.0])?.is_some())
}

/// Begins an epoch's first run with a plan; false where somebody has.
pub(crate) fn begin(
    tx: &mut dyn Transaction,
    place: &Place,
    starts: &[Vec<u8>],
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO renewals
                   (schema, key, epoch, run, wanted, state, started, renewed, size)
               VALUES ($1, $2, $3, 1, 1, 'running', $4, 0, 0) ON CONFLICT DO NOTHING";
    if tx.execute(sql, &place.and([now.into()]))? == 0 {
        return Ok(false);
    }
    starts
        .iter()
        .try_for_each(|start| add_bucket(tx, place, start))?;
    Ok(true)
}

/// Begins another run of an epoch, with the plan as it is to be from here on; false where somebody
/// has begun one.
pub(crate) fn begin_again(
    tx: &mut dyn Transaction,
    place: &Place,
    after: i64,
    starts: &[Vec<u8>],
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE renewals SET run = run + 1, wanted = run + 1, state = 'running',
                   started = $5, finished = NULL, failure = NULL
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND run = $4 AND state <> 'running'";
    if tx.execute(sql, &place.and([after.into(), now.into()]))? == 0 {
        return Ok(false);
    }
    let before = self::starts(tx, place)?;
    for gone in before.iter().filter(|start| !starts.contains(start)) {
        let sql = "DELETE FROM renewal_buckets
                   WHERE schema = $1 AND key = $2 AND epoch = $3 AND first = $4";
        tx.execute(sql, &place.and([gone.into()]))?;
    }
    for new in starts.iter().filter(|start| !before.contains(start)) {
        add_bucket(tx, place, new)?;
    }
    let sql = "UPDATE renewal_buckets SET attempts = 0, failure = NULL
               WHERE schema = $1 AND key = $2 AND epoch = $3";
    tx.execute(sql, &place.and([]))?;
    Ok(true)
}

/// Asks for a run after the one that is under way.
pub(crate) fn want(tx: &mut dyn Transaction, place: &Place, run: i64) -> Result<(), StoreError> {
    let sql = "UPDATE renewals SET wanted = $4
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND wanted < $4";
    tx.execute(sql, &place.and([run.into()])).map(drop)
}

fn add_bucket(tx: &mut dyn Transaction, place: &Place, first: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO renewal_buckets
                   (schema, key, epoch, first, run, renewed, size, attempts)
               VALUES ($1, $2, $3, $4, 0, 0, 0, 0)";
    tx.execute(sql, &place.and([first.into()])).map(drop)
}

/// Where the buckets begin, in order.
pub(crate) fn starts(tx: &mut dyn Transaction, place: &Place) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "SELECT first FROM renewal_buckets
               WHERE schema = $1 AND key = $2 AND epoch = $3 ORDER BY first";
    let rows = tx.query(sql, &place.and([]))?;
    rows.iter().map(|row| Ok(row.octets(0)?.to_vec())).collect()
}

/// A run's buckets that are taken by nobody, done, or have failed too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) all: u64,
    pub(crate) done: u64,
    pub(crate) stuck: u64,
}

pub(crate) fn count(
    tx: &mut dyn Transaction,
    place: &Place,
    run: i64,
    attempts: i64,
) -> Result<Count, StoreError> {
    let sql = "SELECT count(*), count(CASE WHEN run >= $4 THEN 1 END),
                      count(CASE WHEN run < $4 AND attempts >= $5 THEN 1 END)
               FROM renewal_buckets WHERE schema = $1 AND key = $2 AND epoch = $3";
    let row = tx.first(sql, &place.and([run.into(), attempts.into()]))?;
    let row = row.ok_or(StoreError::Damaged)?;
    Ok(Count {
        all: row.unsigned(0)?,
        done: row.unsigned(1)?,
        stuck: row.unsigned(2)?,
    })
}

/// A bucket that was claimed.
pub(crate) struct Claim {
    pub(crate) first: Vec<u8>,
    /// Where the next one begins.
    pub(crate) end: Option<Vec<u8>>,
    pub(crate) fingerprint: Option<[u8; 32]>,
}

/// Who claims, and for how long.
pub(crate) struct Lease<'a> {
    pub(crate) owner: &'a [u8; 16],
    pub(crate) now: UnixTime,
    pub(crate) until: UnixTime,
    pub(crate) attempts: i64,
}

/// Claims a bucket that the run has not done and nobody is at.
pub(crate) fn claim(
    tx: &mut dyn Transaction,
    place: &Place,
    run: i64,
    lease: &Lease<'_>,
) -> Result<Option<Claim>, StoreError> {
    // Both conditions stand twice: who waited for another's claim sees that it has come too late.
    let sql = "UPDATE renewal_buckets SET owner = $5, lease = $7
               WHERE schema = $1 AND key = $2 AND epoch = $3
                 AND run < $4 AND attempts < $8 AND (lease IS NULL OR lease < $6)
                 AND first = (SELECT first FROM renewal_buckets
                              WHERE schema = $1 AND key = $2 AND epoch = $3
                                AND run < $4 AND attempts < $8 AND (lease IS NULL OR lease < $6)
                              ORDER BY first LIMIT 1)
               RETURNING first, fingerprint";
    let parameters = place.and([
        run.into(),
        lease.owner.into(),
        lease.now.into(),
        lease.until.into(),
        lease.attempts.into(),
    ]);
    let Some(row) = tx.first(sql, &parameters)? else {
        return Ok(None);
    };
    let first = row.octets(0)?.to_vec();
    let sql = "SELECT first FROM renewal_buckets
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND first > $4 ORDER BY first LIMIT 1";
    let end = tx.first(sql, &place.and([(&first).into()]))?;
    Ok(Some(Claim {
        first,
        end: end
            .map(|row| row.octets(0).map(<[u8]>::to_vec))
            .transpose()?,
        fingerprint: row.maybe(1, Row::array)?,
    }))
}

/// A bucket that was computed.
pub(crate) struct Written<'a> {
    pub(crate) fingerprint: &'a [u8; 32],
    pub(crate) digest: &'a [u8; 32],
    pub(crate) octets: &'a [u8],
    pub(crate) renewed: u32,
}

/// Keeps a bucket that its claimant has done; false where the claim has gone to another. Without
/// `written` it is as it was.
pub(crate) fn finish(
    tx: &mut dyn Transaction,
    place: &Place,
    run: i64,
    owner: &[u8; 16],
    first: &[u8],
    written: Option<&Written<'_>>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE renewal_buckets SET run = $4, owner = NULL, lease = NULL, attempts = 0,
                   failure = NULL
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND first = $5 AND owner = $6
                 AND run < $4";
    let mine = place.and([run.into(), first.into(), owner.into()]);
    if tx.execute(sql, &mine)? == 0 {
        return Ok(false);
    }
    let Some(written) = written else {
        return Ok(true);
    };
    let size = i64::try_from(written.octets.len()).map_err(|_| StoreError::Damaged)?;
    let sql = "UPDATE renewal_buckets SET fingerprint = $5, digest = $6, renewed = $7, size = $8
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND first = $4";
    let parameters = place.and([
        first.into(),
        written.fingerprint.into(),
        written.digest.into(),
        written.renewed.into(),
        size.into(),
    ]);
    tx.execute(sql, &parameters)?;
    let sql = "INSERT INTO renewal_files (schema, key, epoch, digest, octets)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (schema, key, epoch, digest)
               DO UPDATE SET dropped = NULL";
    tx.execute(
        sql,
        &place.and([written.digest.into(), written.octets.into()]),
    )?;
    Ok(true)
}

/// Gives a claim back after a failure, with what it was.
pub(crate) fn give_back(
    tx: &mut dyn Transaction,
    place: &Place,
    owner: &[u8; 16],
    first: &[u8],
    failure: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE renewal_buckets SET owner = NULL, lease = NULL, attempts = attempts + 1,
                   failure = $6
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND first = $4 AND owner = $5";
    let parameters = place.and([first.into(), owner.into(), failure.into()]);
    tx.execute(sql, &parameters).map(drop)
}

/// Ends a run that has buckets which fail again and again.
pub(crate) fn fail(
    tx: &mut dyn Transaction,
    place: &Place,
    run: i64,
    now: UnixTime,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT failure FROM renewal_buckets
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND failure IS NOT NULL
               ORDER BY first LIMIT 1";
    let row = tx.first(sql, &place.and([]))?;
    let failure = row.map(|row| row.text(0).map(str::to_owned)).transpose()?;
    let sql = "UPDATE renewals SET state = 'failed', finished = $5, failure = $6
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND run = $4 AND state = 'running'";
    let said = failure.as_deref();
    tx.execute(sql, &place.and([run.into(), now.into(), said.into()]))?;
    Ok(failure)
}

/// How many holders of a schema and key are live.
pub(crate) fn live(
    tx: &mut dyn Transaction,
    schema: SchemaId,
    key: KeyId,
) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM holders WHERE schema = $1 AND key = $2 AND revoked IS NULL";
    let live = tx.number(sql, cells![&schema.0, &key.0])?;
    u64::try_from(live).map_err(|_| StoreError::Damaged)
}

/// Whether a holder of a schema and key is live.
pub(crate) fn any_live(
    tx: &mut dyn Transaction,
    schema: SchemaId,
    key: KeyId,
) -> Result<bool, StoreError> {
    let sql = "SELECT handle FROM holders
               WHERE schema = $1 AND key = $2 AND revoked IS NULL LIMIT 1";
    Ok(tx.first(sql, cells![&schema.0, &key.0])?.is_some())
}

/// The handles of live holders after this one, in order, at most so many.
pub(crate) fn handles_after(
    tx: &mut dyn Transaction,
    schema: SchemaId,
    key: KeyId,
    after: &[u8],
    most: u32,
) -> Result<Vec<Handle>, StoreError> {
    let sql = "SELECT handle FROM holders
               WHERE schema = $1 AND key = $2 AND revoked IS NULL AND handle > $3
               ORDER BY handle LIMIT $4";
    let rows = tx.query(sql, cells![&schema.0, &key.0, after, most])?;
    rows.iter().map(|row| Ok(Handle(row.array(0)?))).collect()
}

/// The live holders of a bucket, in order.
pub(crate) fn live_in(
    tx: &mut dyn Transaction,
    place: &Place,
    first: &[u8],
    end: Option<&[u8]>,
) -> Result<Vec<(Handle, [u8; 48])>, StoreError> {
    // Longer than every handle, and so after the last.
    const LAST: [u8; Handle::LEN + 1] = [0xff; Handle::LEN + 1];
    let sql = "SELECT handle, b0 FROM holders
               WHERE schema = $1 AND key = $2 AND revoked IS NULL AND handle >= $3 AND handle < $4
               ORDER BY handle";
    let end = end.unwrap_or(&LAST);
    let rows = tx.query(sql, cells![&place.schema.0, &place.key.0, first, end])?;
    let read = |row: &Row| Ok((Handle(row.array(0)?), row.array(1)?));
    rows.iter().map(read).collect()
}
