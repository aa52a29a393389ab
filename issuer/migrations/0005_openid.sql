-- Invitations to fetch a credential online. What finds one is kept as a digest, and what is shown
-- to staff again, sealed.
CREATE TABLE invitations (
    id           BLOB PRIMARY KEY,
    resident     BLOB NOT NULL,
    schema       BLOB NOT NULL,
    created      INTEGER NOT NULL,
    created_by   TEXT NOT NULL,
    -- Codes are taken until then.
    expires      INTEGER NOT NULL,
    -- Something can still come of it until then: a token may live longer than the codes.
    until        INTEGER NOT NULL,
    devices      INTEGER NOT NULL,
    issued       INTEGER NOT NULL DEFAULT 0,
    state        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    -- Whether a second person is to approve; who did, and which version of the record.
    approval     INTEGER NOT NULL,
    approved_by  TEXT,
    approved     INTEGER,
    code         BLOB NOT NULL UNIQUE,
    link         BLOB NOT NULL UNIQUE,
    issuer_state BLOB NOT NULL UNIQUE,
    number       BLOB NOT NULL UNIQUE,
    secrets      BLOB
) STRICT;
CREATE INDEX invitations_by_resident ON invitations (resident, created);
CREATE INDEX invitations_in_hand ON invitations (until) WHERE state IN ('open', 'scanned', 'waiting');
CREATE INDEX invitations_with_secrets ON invitations (expires) WHERE secrets IS NOT NULL;

-- Pushed authorization requests, and the code that one leads to.
CREATE TABLE authorizations (
    request      BLOB PRIMARY KEY,
    client       TEXT NOT NULL,
    redirect     TEXT NOT NULL,
    state        TEXT,
    challenge    BLOB NOT NULL,
    schema       BLOB,
    issuer_state BLOB,
    detailed     INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    invitation   BLOB,
    code         BLOB UNIQUE,
    used         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX authorizations_by_end ON authorizations (expires);

CREATE TABLE access_tokens (
    digest     BLOB PRIMARY KEY,
    invitation BLOB NOT NULL,
    expires    INTEGER NOT NULL,
    -- Whether authorization details were asked for, and the credential goes by its identifier.
    detailed   INTEGER NOT NULL
) STRICT;
CREATE INDEX access_tokens_by_end ON access_tokens (expires);

-- Nonces that were used, until they would have expired.
CREATE TABLE nonces (
    nonce   BLOB PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX nonces_by_end ON nonces (expires);

-- Accepted credential requests by what was asked, each with its answer, sealed; or with its proofs,
-- sealed, while a second person is to approve.
CREATE TABLE issuances (
    id         BLOB PRIMARY KEY,
    request    BLOB NOT NULL UNIQUE,
    token      BLOB NOT NULL,
    invitation BLOB NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    proofs     BLOB,
    answer     BLOB,
    event      TEXT
) STRICT;
CREATE INDEX issuances_by_invitation ON issuances (invitation);
CREATE INDEX issuances_by_end ON issuances (expires);
