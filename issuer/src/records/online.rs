//! Pushed authorization requests, access tokens, used nonces, and accepted credential requests.
//! spec:GL-8-ONCE

use glimpse_core::ids::{SchemaId, UnixTime};

use crate::ids::{InvitationId, IssuanceId};
use crate::store::{Row, StoreError, Transaction, cells};

/// Guesses on one pushed request: of the letter's number as well as of the code.
const GUESSES: u32 = 5;
/// Pushed requests that may wait at once: anybody may push, and nobody pays for it.
const WAITING: i64 = 10_000;

/// A pushed authorization request.
pub(crate) struct Pushed {
    pub(crate) client: String,
    pub(crate) redirect: String,
    pub(crate) state: Option<String>,
    /// SHA-256 of the verifier.
    pub(crate) challenge: [u8; 32],
    pub(crate) schema: Option<SchemaId>,
    /// Digest of the offer's.
    pub(crate) issuer_state: Option<[u8; 32]>,
    pub(crate) detailed: bool,
}

pub(crate) fn push(
    tx: &mut dyn Transaction,
    request: &[u8; 32],
    pushed: &Pushed,
    expires: UnixTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO authorizations
                 (request, client, redirect, state, challenge, schema, issuer_state, detailed, expires)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let issuer_state = pushed.issuer_state.as_ref();
    tx.execute(
        sql,
        cells![
            request,
            &*pushed.client,
            &*pushed.redirect,
            pushed.state.as_deref(),
            &pushed.challenge,
            pushed.schema.as_ref().map(|id| &id.0),
            issuer_state,
            pushed.detailed,
            expires
        ],
    )
    .map(drop)
}

/// Whether one more pushed request may wait. Pushes at the same moment may go over by as many.
pub(crate) fn has_room(tx: &mut dyn Transaction, now: UnixTime) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM authorizations WHERE expires >= $1";
    Ok(tx.number(sql, cells![now])? < WAITING)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT client, redirect, state, challenge, schema, issuer_state, detailed, invitation ",
            "FROM authorizations WHERE ",
            $rest
        )
    };
}

fn pushed(row: &Row) -> Result<Pushed, StoreError> {
    Ok(Pushed {
        client: row.text(0)?.to_owned(),
        redirect: row.text(1)?.to_owned(),
        state: row.maybe(2, Row::text)?.map(str::to_owned),
        challenge: row.array(3)?,
        schema: row.maybe(4, Row::array)?.map(SchemaId),
        issuer_state: row.maybe(5, Row::array)?,
        detailed: row.boolean(6)?,
    })
}

/// A pushed request that waits for the resident.
pub(crate) fn find_pushed(
    tx: &mut dyn Transaction,
    request: &[u8; 32],
    now: UnixTime,
) -> Result<Option<Pushed>, StoreError> {
    let sql = select!("request = $1 AND code IS NULL AND attempts < $2 AND expires >= $3");
    let row = tx.first(sql, cells![request, GUESSES, now])?;
    row.as_ref().map(pushed).transpose()
}

/// Counts a guess on a pushed request; false where none may be made.
pub(crate) fn guess(
    tx: &mut dyn Transaction,
    request: &[u8; 32],
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE authorizations SET attempts = attempts + 1
               WHERE request = $1 AND code IS NULL AND attempts < $2 AND expires >= $3";
    Ok(tx.execute(sql, cells![request, GUESSES, now])? == 1)
}

/// A pushed request gets its code, which lives until then.
pub(crate) fn authorize(
    tx: &mut dyn Transaction,
    request: &[u8; 32],
    invitation: InvitationId,
    code: &[u8; 32],
    expires: UnixTime,
) -> Result<(), StoreError> {
    let sql = "UPDATE authorizations SET invitation = $2, code = $3, expires = $4
               WHERE request = $1";
    tx.execute(sql, cells![request, invitation, code, expires])
        .map(drop)
}

/// What an authorization code that lives and is unused was given for.
pub(crate) fn find_code(
    tx: &mut dyn Transaction,
    code: &[u8; 32],
    now: UnixTime,
) -> Result<Option<(Pushed, InvitationId)>, StoreError> {
    let sql = select!("code = $1 AND used = 0 AND expires >= $2");
    let read = |row: Row| Ok((pushed(&row)?, InvitationId(row.array(7)?)));
    tx.first(sql, cells![code, now])?.map(read).transpose()
}

/// Uses an authorization code up; false when somebody was faster.
pub(crate) fn use_code(
    tx: &mut dyn Transaction,
    code: &[u8; 32],
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE authorizations SET used = 1
               WHERE code = $1 AND used = 0 AND expires >= $2";
    Ok(tx.execute(sql, cells![code, now])? == 1)
}

/// An access token that lives.
#[derive(Clone, Copy)]
pub(crate) struct Token {
    pub(crate) digest: [u8; 32],
    pub(crate) invitation: InvitationId,
    pub(crate) expires: UnixTime,
    pub(crate) detailed: bool,
}

pub(crate) fn add_token(tx: &mut dyn Transaction, token: &Token) -> Result<(), StoreError> {
    let sql = "INSERT INTO access_tokens (digest, invitation, expires, detailed)
               VALUES ($1, $2, $3, $4)";
    tx.execute(
        sql,
        cells![
            &token.digest,
            token.invitation,
            token.expires,
            token.detailed
        ],
    )
    .map(drop)
}

pub(crate) fn find_token(
    tx: &mut dyn Transaction,
    digest: &[u8; 32],
    now: UnixTime,
) -> Result<Option<Token>, StoreError> {
    let sql = "SELECT invitation, expires, detailed FROM access_tokens
               WHERE digest = $1 AND expires >= $2";
    let Some(row) = tx.first(sql, cells![digest, now])? else {
        return Ok(None);
    };
    Ok(Some(Token {
        digest: *digest,
        invitation: InvitationId(row.array(0)?),
        expires: UnixTime(row.unsigned(1)?),
        detailed: row.boolean(2)?,
    }))
}

/// Ends an invitation's tokens.
pub(crate) fn end_tokens(
    tx: &mut dyn Transaction,
    invitation: InvitationId,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM access_tokens WHERE invitation = $1";
    tx.execute(sql, cells![invitation]).map(drop)
}

/// Whether a nonce was used.
pub(crate) fn nonce_is_used(
    tx: &mut dyn Transaction,
    nonce: &[u8; 16],
) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM nonces WHERE nonce = $1";
    Ok(tx.number(sql, cells![nonce])? != 0)
}

/// Uses a nonce up; false when somebody was faster.
pub(crate) fn use_nonce(
    tx: &mut dyn Transaction,
    nonce: &[u8; 16],
    expires: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO nonces (nonce, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, cells![nonce, expires])? == 1)
}

/// An accepted credential request.
pub(crate) struct Issuance {
    pub(crate) id: IssuanceId,
    /// Its name: a digest of token, configuration and proofs.
    pub(crate) request: [u8; 32],
    /// The token's digest.
    pub(crate) token: [u8; 32],
    pub(crate) invitation: InvitationId,
    pub(crate) expires: UnixTime,
    /// Sealed, while a second person is to approve.
    pub(crate) proofs: Option<Vec<u8>>,
    /// Sealed, once signed.
    pub(crate) answer: Option<Vec<u8>>,
    /// What the wallet said of it last.
    pub(crate) event: Option<String>,
}

/// Adds a request; false where the same is there already.
pub(crate) fn add_issuance(
    tx: &mut dyn Transaction,
    new: &Issuance,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO issuances
                 (id, request, token, invitation, created, expires, proofs, answer)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let added = tx.execute(
        sql,
        cells![
            new.id,
            &new.request,
            &new.token,
            new.invitation,
            now,
            new.expires,
            new.proofs.as_deref(),
            new.answer.as_deref()
        ],
    )?;
    Ok(added == 1)
}

/// By what an accepted request is looked for.
#[derive(Clone, Copy)]
pub(crate) enum IssuanceBy<'a> {
    Request(&'a [u8; 32]),
    Id(IssuanceId),
}

pub(crate) fn find_issuance(
    tx: &mut dyn Transaction,
    by: IssuanceBy<'_>,
) -> Result<Option<Issuance>, StoreError> {
    let row = match by {
        IssuanceBy::Request(name) => tx.first(
            "SELECT id, request, token, invitation, expires, proofs, answer, event
             FROM issuances WHERE request = $1",
            cells![name],
        ),
        IssuanceBy::Id(id) => tx.first(
            "SELECT id, request, token, invitation, expires, proofs, answer, event
             FROM issuances WHERE id = $1",
            cells![id],
        ),
    };
    let read = |row: Row| {
        Ok(Issuance {
            id: IssuanceId(row.array(0)?),
            request: row.array(1)?,
            token: row.array(2)?,
            invitation: InvitationId(row.array(3)?),
            expires: UnixTime(row.unsigned(4)?),
            proofs: row.maybe(5, Row::octets)?.map(<[u8]>::to_vec),
            answer: row.maybe(6, Row::octets)?.map(<[u8]>::to_vec),
            event: row.maybe(7, Row::text)?.map(str::to_owned),
        })
    };
    row?.map(read).transpose()
}

/// When the first request of an invitation came that still waits.
pub(crate) fn waits_since(
    tx: &mut dyn Transaction,
    invitation: InvitationId,
) -> Result<Option<UnixTime>, StoreError> {
    let sql = "SELECT created FROM issuances WHERE invitation = $1 AND answer IS NULL
               ORDER BY created LIMIT 1";
    let row = tx.first(sql, cells![invitation])?;
    row.map(|row| Ok(UnixTime(row.unsigned(0)?))).transpose()
}

/// A request that waited gets its answer; false when somebody was faster.
pub(crate) fn answer(
    tx: &mut dyn Transaction,
    id: IssuanceId,
    answer: &[u8],
) -> Result<bool, StoreError> {
    let sql = "UPDATE issuances SET answer = $2, proofs = NULL WHERE id = $1 AND answer IS NULL";
    Ok(tx.execute(sql, cells![id, answer])? == 1)
}

/// Keeps what a wallet says of its credentials; false where it says what it said before.
pub(crate) fn told(
    tx: &mut dyn Transaction,
    id: IssuanceId,
    event: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE issuances SET event = $2 WHERE id = $1 AND coalesce(event, '') <> $2";
    Ok(tx.execute(sql, cells![id, event])? == 1)
}

/// Forgets all of this whose time is over.
pub(crate) fn forget(tx: &mut dyn Transaction, now: UnixTime) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM authorizations WHERE expires < $1",
        "DELETE FROM access_tokens WHERE expires < $1",
        "DELETE FROM nonces WHERE expires < $1",
        "DELETE FROM issuances WHERE expires < $1",
    ] {
        tx.execute(sql, cells![now])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::stores;

    #[test]
    fn no_more_requests_wait_than_there_is_room_for() {
        let folder = tempfile::tempdir().unwrap();
        for store in stores(folder.path()) {
            let pushed = Pushed {
                client: "wallet".to_owned(),
                redirect: "https://wallet.example/back".to_owned(),
                state: None,
                challenge: [0; 32],
                schema: None,
                issuer_state: None,
                detailed: false,
            };
            let written = store.write(|tx| {
                for number in 0..WAITING {
                    if number + 1 == WAITING {
                        assert!(has_room(tx, UnixTime(5))?);
                    }
                    let mut name = [0; 32];
                    name[..8].copy_from_slice(&number.to_be_bytes());
                    push(tx, &name, &pushed, UnixTime(5))?;
                }
                assert!(!has_room(tx, UnixTime(5))?);
                assert!(has_room(tx, UnixTime(6))?);
                Ok::<_, StoreError>(())
            });
            written.unwrap();
        }
    }
}
