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
    updated       INTEGER NOT NULL,
    changed_by    TEXT NOT NULL
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

-- Spreadsheets that are being imported. Replicas share the work by a lease.
CREATE TABLE imports (
    id           BLOB PRIMARY KEY,
    schema       BLOB NOT NULL,
    state        TEXT NOT NULL,
    -- The file's name and its columns, sealed; nothing until all of the file is here.
    head         BLOB,
    encoding     TEXT NOT NULL DEFAULT '',
    delimiter    TEXT NOT NULL DEFAULT '',
    mapping      TEXT NOT NULL DEFAULT '[]',
    row_count    INTEGER NOT NULL DEFAULT 0,
    good         INTEGER NOT NULL DEFAULT 0,
    -- The first piece that is not checked, or not imported.
    piece        INTEGER NOT NULL DEFAULT 0,
    done         INTEGER NOT NULL DEFAULT 0,
    made         INTEGER NOT NULL DEFAULT 0,
    skipped      INTEGER NOT NULL DEFAULT 0,
    bad          INTEGER NOT NULL DEFAULT 0,
    errors       INTEGER NOT NULL DEFAULT 0,
    created      INTEGER NOT NULL,
    created_by   TEXT NOT NULL,
    started      INTEGER,
    finished     INTEGER,
    lease        BLOB,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX imports_by_created ON imports (created, id);

-- Rows, sealed, some hundreds together. A piece goes in the transaction that imports it.
CREATE TABLE import_pieces (
    import BLOB NOT NULL,
    number INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (import, number)
) STRICT;

-- What is wrong with which row, without what stands there.
CREATE TABLE import_errors (
    import  BLOB NOT NULL,
    line    INTEGER NOT NULL,
    field   TEXT NOT NULL,
    code    TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (import, line, field)
) STRICT;
