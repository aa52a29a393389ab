-- What an issuing office keeps. No attribute of any person is here: renewal needs only B0.
CREATE TABLE offers (
    code    BLOB PRIMARY KEY,
    octets  BLOB NOT NULL,
    expires INTEGER NOT NULL,
    -- The answer that was given, so that a holder whose line broke gets the same one again. It is
    -- sealed under the office's key and goes with the first issuance or renewal after the offer has
    -- expired.
    request BLOB,
    answer  BLOB
) STRICT;

CREATE TABLE holders (
    handle  BLOB PRIMARY KEY,
    schema  BLOB NOT NULL,
    b0      BLOB NOT NULL,
    issued  INTEGER NOT NULL,
    -- The office's own reference, such as a file number, by which it finds the holder again.
    reference TEXT NOT NULL,
    revoked INTEGER,
    reason  TEXT
) STRICT;

CREATE TABLE schemas (
    id     BLOB PRIMARY KEY,
    octets BLOB NOT NULL
) STRICT;
