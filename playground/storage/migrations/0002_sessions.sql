-- Visitors and their code.
--
-- A session is a tenant. Whoever holds its token owns it; whoever holds the secret of one of its shares may watch it. Of tokens and
-- secrets only the SHA-256 is kept: the database alone opens no door.
--
-- A version is a tenant's code, named by the hash of its content, so that the same code is stored once. It is never changed.
-- A run pins the id of an instance to the version that it was started with, before any isolate is asked; a row here without an
-- instance is a run whose code did not load.
--
-- Times are epoch milliseconds.

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    draft_source TEXT,
    draft_payload TEXT,              -- JSON; null where the draft has none
    draft_saved INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,                -- hex SHA-256 of the main module's name and all modules
    main TEXT NOT NULL,
    modules TEXT NOT NULL,           -- JSON: names to texts
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE runs (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,                -- the instance's id
    version TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_by_time ON runs (tenant, created);

CREATE TABLE shares (
    id TEXT PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    secret_hash BLOB NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('view', 'approve', 'edit')),
    created INTEGER NOT NULL,
    expires INTEGER,                 -- null for never
    revoked INTEGER                  -- when; null while it is good
) STRICT, WITHOUT ROWID;

CREATE INDEX shares_by_session ON shares (session, secret_hash);
