//! Credentials that were asked for over a network and are not here yet.

use glimpse_core::ids::UnixTime;
use rusqlite::{Row, params};
use zeroize::Zeroizing;

use super::identity::insert;
use super::{Facts, Identity};
use crate::vault::VaultError;

pub(super) const ASKS: &str = "
    CREATE TABLE IF NOT EXISTS asks (
        id INTEGER PRIMARY KEY, name BLOB NOT NULL, issuer TEXT NOT NULL, endpoints TEXT NOT NULL,
        token TEXT NOT NULL, expires INTEGER NOT NULL, configuration TEXT NOT NULL, ids BLOB NOT NULL,
        proof TEXT, pending BLOB, txn TEXT, notification TEXT, event TEXT,
        next INTEGER NOT NULL DEFAULT 0, asked INTEGER NOT NULL DEFAULT 0) STRICT;";
const ACCEPTED: &str = "credential_accepted";
const FAILED: &str = "credential_failure";

/// A credential that is to be asked for.
pub(crate) struct NewAsk {
    pub(crate) configuration: String,
    pub(crate) ids: Vec<u8>,
}

/// One that is under way.
pub(crate) struct Ask {
    pub(crate) id: i64,
    /// That of the offer.
    pub(crate) name: [u8; 32],
    pub(crate) issuer: String,
    pub(crate) endpoints: String,
    pub(crate) token: Zeroizing<String>,
    pub(crate) expires: UnixTime,
    pub(crate) configuration: String,
    /// Issuer, schema and key.
    pub(crate) ids: [u8; 56],
    pub(crate) stage: Stage,
    /// The wallet asks no sooner by itself.
    pub(crate) next: UnixTime,
    /// How often it has asked in vain.
    pub(crate) asked: u32,
}

impl Ask {
    /// Whether the card is here, or will not come: only the office is to be told.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Tell { .. })
    }
}

/// How far one is.
pub(crate) enum Stage {
    /// There is a token.
    New,
    /// The proof is made; it may have been sent.
    Proved {
        proof: String,
        pending: Zeroizing<Vec<u8>>,
    },
    /// The office must approve.
    Waiting {
        transaction: String,
        pending: Zeroizing<Vec<u8>>,
    },
    /// The office is to be told what became of it.
    Tell { notification: String, event: String },
}

fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

fn ask(row: &Row<'_>) -> rusqlite::Result<Ask> {
    let pending = row.get::<_, Option<Vec<u8>>>(9)?.map(Zeroizing::new);
    let stage = match (
        row.get(8)?,
        pending,
        row.get(10)?,
        row.get(11)?,
        row.get(12)?,
    ) {
        (.., Some(notification), Some(event)) => Stage::Tell {
            notification,
            event,
        },
        (_, Some(pending), Some(transaction), ..) => Stage::Waiting {
            transaction,
            pending,
        },
        (Some(proof), Some(pending), ..) => Stage::Proved { proof, pending },
        _ => Stage::New,
    };
    Ok(Ask {
        id: row.get(0)?,
        name: row.get(1)?,
        issuer: row.get(2)?,
        endpoints: row.get(3)?,
        token: Zeroizing::new(row.get(4)?),
        expires: UnixTime(row.get::<_, i64>(5)?.unsigned_abs()),
        configuration: row.get(6)?,
        ids: row.get(7)?,
        stage,
        next: UnixTime(row.get::<_, i64>(13)?.unsigned_abs()),
        asked: row.get(14)?,
    })
}

impl Identity {
    /// Keeps a token with what is to be asked for by it.
    pub(crate) fn begin_asks(
        &self,
        name: &[u8; 32],
        issuer: &str,
        endpoints: &str,
        token: &str,
        expires: UnixTime,
        asks: &[NewAsk],
    ) -> Result<(), VaultError> {
        let sql = "INSERT INTO asks (name, issuer, endpoints, token, expires, configuration, ids)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.0.write(|db| {
            for ask in asks {
                let (configuration, ids, until) = (&ask.configuration, &ask.ids, seconds(expires));
                let values = params![name, issuer, endpoints, token, until, configuration, ids];
                db.execute(sql, values)?;
            }
            Ok(())
        })
    }

    /// All that is under way.
    pub(crate) fn asks(&self) -> Result<Vec<Ask>, VaultError> {
        let sql = "SELECT id, name, issuer, endpoints, token, expires, configuration, ids, proof,
                          pending, txn, notification, event, next, asked FROM asks ORDER BY id";
        let mut statement = self.0.connection.prepare(sql)?;
        Ok(statement.query_map([], ask)?.collect::<Result<_, _>>()?)
    }

    /// One of them.
    pub(crate) fn ask(&self, id: i64) -> Result<Option<Ask>, VaultError> {
        Ok(self.asks()?.into_iter().find(|ask| ask.id == id))
    }

    fn change(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), VaultError> {
        self.0.write(|db| db.execute(sql, values).map(drop))
    }

    /// Keeps a proof with its secrets.
    pub(crate) fn prove_ask(&self, id: i64, proof: &str, pending: &[u8]) -> Result<(), VaultError> {
        let sql = "UPDATE asks SET proof = ?2, pending = ?3, txn = NULL WHERE id = ?1";
        self.change(sql, params![id, proof, pending])
    }

    /// Drops a proof that came too late.
    pub(crate) fn forget_proof(&self, id: i64) -> Result<(), VaultError> {
        let sql = "UPDATE asks SET proof = NULL, pending = NULL WHERE id = ?1";
        self.change(sql, [id])
    }

    /// Keeps the transaction by which to ask later.
    pub(crate) fn wait_ask(&self, id: i64, transaction: &str) -> Result<(), VaultError> {
        let sql = "UPDATE asks SET txn = ?2 WHERE id = ?1";
        self.change(sql, params![id, transaction])
    }

    /// Counts an attempt, and sets the time of the next.
    pub(crate) fn ask_again(&self, id: i64, next: UnixTime) -> Result<(), VaultError> {
        let sql = "UPDATE asks SET next = ?2, asked = asked + 1 WHERE id = ?1";
        self.change(sql, params![id, seconds(next)])
    }

    /// Nothing more is asked for by this.
    pub(crate) fn end_ask(&self, id: i64) -> Result<(), VaultError> {
        self.change("DELETE FROM asks WHERE id = ?1", [id])
    }

    /// What came is not kept.
    pub(crate) fn fail_ask(&self, id: i64, notification: Option<&str>) -> Result<(), VaultError> {
        self.0.write(|db| tell(db, id, notification, FAILED))
    }

    /// Keeps a credential that came, in the place of what was asked for, in one transaction. It takes the
    /// place of a restored one where a row is given.
    pub(crate) fn keep_ask(
        &self,
        id: i64,
        (record, facts): (&[u8], &Facts),
        replaces: Option<i64>,
        notification: Option<&str>,
    ) -> Result<i64, VaultError> {
        self.0.write(|db| {
            let row = insert(db, replaces, record, facts)?;
            tell(db, id, notification, ACCEPTED)?;
            Ok(row)
        })
    }
}

/// The secrets go; what is left is to be told, where the office wants to know.
fn tell(
    db: &rusqlite::Connection,
    id: i64,
    notification: Option<&str>,
    event: &str,
) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE asks SET proof = NULL, pending = NULL, txn = NULL, notification = ?2,
                      event = ?3, next = 0 WHERE id = ?1";
    db.execute(sql, params![id, notification, event])?;
    db.execute(
        "DELETE FROM asks WHERE id = ?1 AND notification IS NULL",
        [id],
    )?;
    Ok(())
}
