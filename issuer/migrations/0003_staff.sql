-- Who works at the office.
CREATE TABLE staff (
    id       BLOB PRIMARY KEY,
    name     TEXT NOT NULL,
    -- The name as it is compared: one person is not entered twice in capitals.
    folded   TEXT NOT NULL UNIQUE,
    role     TEXT NOT NULL,
    -- A PHC string of Argon2id.
    password TEXT NOT NULL,
    -- The second factor's secret, sealed; the one being enrolled; the last time step that was used.
    totp     BLOB,
    enrolling BLOB,
    step     INTEGER NOT NULL DEFAULT 0,
    disabled INTEGER NOT NULL DEFAULT 0,
    created  INTEGER NOT NULL,
    seen     INTEGER
) STRICT;

-- Signed-in browsers, by the digest of their token.
CREATE TABLE sessions (
    digest  BLOB PRIMARY KEY,
    staff   BLOB NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_staff ON sessions (staff);

-- Wrong attempts to sign in, by a tag of the name, whether there is such a person or not: who
-- tries names learns nothing from being locked out.
CREATE TABLE attempts (
    tag    BLOB PRIMARY KEY,
    wrong  INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    last   INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_time ON attempts (last);
