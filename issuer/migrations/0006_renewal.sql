-- An epoch's renewal of the holders of one schema and key.
CREATE TABLE renewals (
    schema    BLOB NOT NULL,
    key       BLOB NOT NULL,
    epoch     INTEGER NOT NULL,
    -- The runs of an epoch are counted: what was revoked during one is left out by the next.
    run       INTEGER NOT NULL,
    -- The last run that somebody asked for.
    wanted    INTEGER NOT NULL,
    state     TEXT NOT NULL,
    started   INTEGER NOT NULL,
    finished  INTEGER,
    failure   TEXT,
    -- What is published: of an earlier run while another is under way.
    manifest  BLOB,
    signer    BLOB,
    renewed   INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    PRIMARY KEY (schema, key, epoch)
) STRICT, WITHOUT ROWID;

-- How the handles are cut into buckets: each has those from its first one to the next bucket's.
CREATE TABLE renewal_buckets (
    schema      BLOB NOT NULL,
    key         BLOB NOT NULL,
    epoch       INTEGER NOT NULL,
    first       BLOB NOT NULL,
    -- The last run that has done it.
    run         INTEGER NOT NULL,
    -- SHA-256 of the list of handles and B0 that was signed: where it is the same, so is the bucket.
    fingerprint BLOB,
    digest      BLOB,
    renewed     INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    -- Who is at it, and until when nobody else begins.
    owner       BLOB,
    lease       INTEGER,
    attempts    INTEGER NOT NULL,
    failure     TEXT,
    PRIMARY KEY (schema, key, epoch, first)
) STRICT, WITHOUT ROWID;

-- The buckets themselves, by their digests. One that the manifest names no more stays for a while:
-- somebody may hold the manifest from before.
CREATE TABLE renewal_files (
    schema  BLOB NOT NULL,
    key     BLOB NOT NULL,
    epoch   INTEGER NOT NULL,
    digest  BLOB NOT NULL,
    octets  BLOB NOT NULL,
    dropped INTEGER,
    PRIMARY KEY (schema, key, epoch, digest)
) STRICT;
