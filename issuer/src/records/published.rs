//! Renewals that are published: manifests, and buckets by their digests.

use glimpse_core::ids::{KeyId, SchemaId, UnixTime};

use super::renewals::Place;
use crate::store::{Row, StoreError, Transaction, cells};

/// Every bucket's digest in order, how many rows they have, and how many octets.
pub(crate) struct Contents {
    pub(crate) digests: Vec<[u8; 32]>,
    pub(crate) renewed: u64,
    pub(crate) size: u64,
}

/// What a run has made, where all of it is there.
pub(crate) fn contents(
    tx: &mut dyn Transaction,
    place: &Place,
    run: i64,
) -> Result<Option<Contents>, StoreError> {
    let sql = "SELECT run, digest, renewed, size FROM renewal_buckets
               WHERE schema = $1 AND key = $2 AND epoch = $3 ORDER BY first";
    let mut contents = Contents {
        digests: Vec::new(),
        renewed: 0,
        size: 0,
    };
    for row in tx.query(sql, &place.and([]))? {
        if row.integer(0)? < run {
            return Ok(None);
        }
        contents.digests.push(row.array(1)?);
        contents.renewed += row.unsigned(2)?;
        contents.size += row.unsigned(3)?;
    }
    Ok(Some(contents))
}

/// What a run publishes.
pub(crate) struct Publication<'a> {
    pub(crate) manifest: &'a [u8],
    pub(crate) signer: &'a [u8; 32],
    pub(crate) renewed: u64,
    pub(crate) size: u64,
    pub(crate) now: UnixTime,
    /// Files that no manifest has named since before this go.
    pub(crate) keep_since: UnixTime,
}

/// Publishes a run; false where somebody has.
pub(crate) fn publish(
    tx: &mut dyn Transaction,
    place: &Place,
    run: i64,
    publication: &Publication<'_>,
) -> Result<bool, StoreError> {
    let number = |n: u64| i64::try_from(n).map_err(|_| StoreError::Damaged);
    let sql = "UPDATE renewals SET state = 'done', finished = $5, failure = NULL, manifest = $6,
                   signer = $7, renewed = $8, size = $9
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND run = $4 AND state = 'running'";
    let parameters = place.and([
        run.into(),
        publication.now.into(),
        publication.manifest.into(),
        publication.signer.into(),
        number(publication.renewed)?.into(),
        number(publication.size)?.into(),
    ]);
    if tx.execute(sql, &parameters)? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE renewal_files SET dropped = $4
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND dropped IS NULL
                 AND digest NOT IN (SELECT digest FROM renewal_buckets
                                    WHERE schema = $1 AND key = $2 AND epoch = $3)";
    tx.execute(sql, &place.and([publication.now.into()]))?;
    let sql = "DELETE FROM renewal_files
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND dropped < $4";
    tx.execute(sql, &place.and([publication.keep_since.into()]))?;
    forget_older(tx, place)?;
    Ok(true)
}

/// Keeps the two latest epochs that were published, and none that never were.
fn forget_older(tx: &mut dyn Transaction, place: &Place) -> Result<(), StoreError> {
    let sql = "SELECT epoch FROM renewals
               WHERE schema = $1 AND key = $2 AND epoch < $3 AND manifest IS NOT NULL
               ORDER BY epoch DESC LIMIT 1";
    let kept = tx.first(sql, &place.and([]))?;
    let kept = match kept {
        Some(row) => row.integer(0)?,
        None => i64::from(place.epoch.0),
    };
    // Each by its own statement: these are the only ones that are the same but for the table.
    for sql in [
        "DELETE FROM renewal_files
         WHERE schema = $1 AND key = $2 AND epoch < $3 AND epoch <> $4",
        "DELETE FROM renewal_buckets
         WHERE schema = $1 AND key = $2 AND epoch < $3 AND epoch <> $4",
        "DELETE FROM renewals
         WHERE schema = $1 AND key = $2 AND epoch < $3 AND epoch <> $4",
    ] {
        tx.execute(sql, &place.and([kept.into()]))?;
    }
    Ok(())
}

/// A manifest, and the Ed25519 key that has signed it.
type Signed = (Vec<u8>, [u8; 32]);

/// The latest manifest of a schema and key, and which Ed25519 key has signed it.
pub(crate) fn manifest(
    tx: &mut dyn Transaction,
    schema: SchemaId,
    key: KeyId,
) -> Result<Option<Signed>, StoreError> {
    let sql = "SELECT manifest, signer FROM renewals
               WHERE schema = $1 AND key = $2 AND manifest IS NOT NULL
               ORDER BY epoch DESC LIMIT 1";
    let row = tx.first(sql, cells![&schema.0, &key.0])?;
    row.map(|row| Ok((row.octets(0)?.to_vec(), row.array(1)?)))
        .transpose()
}

/// A bucket by its digest.
pub(crate) fn file(
    tx: &mut dyn Transaction,
    place: &Place,
    digest: &[u8; 32],
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT octets FROM renewal_files
               WHERE schema = $1 AND key = $2 AND epoch = $3 AND digest = $4";
    let row = tx.first(sql, &place.and([digest.into()]))?;
    row.map(|row| Ok(row.octets(0)?.to_vec())).transpose()
}

/// Of which schemas and keys something is published.
pub(crate) fn published(tx: &mut dyn Transaction) -> Result<Vec<(SchemaId, KeyId)>, StoreError> {
    let sql = "SELECT DISTINCT schema, key FROM renewals WHERE manifest IS NOT NULL
               ORDER BY schema, key";
    let read = |row: &Row| Ok((SchemaId(row.array(0)?), KeyId(row.array(1)?)));
    tx.query(sql, &[])?.iter().map(read).collect()
}
