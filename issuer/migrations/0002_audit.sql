-- What belongs to the office as a whole, such as whose records these are.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- Who did what, each entry with the digest of all before it. It names records by their random ids,
-- never a person by her attributes.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    digest  BLOB NOT NULL,
    -- HMAC of the digest under a key of the office: who has the database alone cannot rewrite it.
    tag     BLOB NOT NULL
) STRICT;

-- The one row by which writers of the trail wait for each other.
CREATE TABLE audit_head (
    one    INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    digest BLOB
) STRICT;
INSERT INTO audit_head (one, number, digest) VALUES (1, 0, NULL);

-- Which key signed, and whose record in the office's list it is, where it is one's.
ALTER TABLE holders ADD COLUMN key BLOB;
ALTER TABLE holders ADD COLUMN resident BLOB;
CREATE INDEX holders_by_resident ON holders (resident);
CREATE INDEX holders_live ON holders (schema, key, handle) WHERE revoked IS NULL;

ALTER TABLE schemas ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
