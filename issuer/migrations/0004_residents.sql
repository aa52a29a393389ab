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
