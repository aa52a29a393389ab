-- The people whom the office knows, one record a person and schema. What is personal is sealed.
CREATE TABLE residents (
    id            BLOB PRIMARY KEY,
    schema        BLOB NOT NULL,
    -- HMAC of schema and reference: a reference stands once in a schema.
    reference_tag BLOB NOT NULL,
    sealed        BLOB NOT NULL,
    state         TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX residents_by_reference ON residents (reference_tag);
CREATE INDEX residents_by_created ON residents (created, id);
CREATE INDEX residents_by_schema ON residents (schema, state);

-- Words by which residents are found: eight octets of an HMAC each.
CREATE TABLE resident_terms (
    term     BLOB NOT NULL,
    resident BLOB NOT NULL,
    PRIMARY KEY (term, resident)
) STRICT, WITHOUT ROWID;

-- Who wants a credential revoked, why, and who decided. At most one request for a credential is
-- open.
CREATE TABLE revocations (
    id           BLOB PRIMARY KEY,
    handle       BLOB NOT NULL,
    reason       TEXT NOT NULL,
    -- What was noted with it, sealed.
    note         BLOB,
    requested    INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    state        TEXT NOT NULL,
    decided      INTEGER,
    decided_by   TEXT
) STRICT;
CREATE UNIQUE INDEX revocations_open ON revocations (handle) WHERE state = 'requested';
CREATE INDEX revocations_by_requested ON revocations (requested, id);
