-- The log of every instance, and what is derived from it.
--
-- TABLES
--   instances   One row per workflow instance. `status`, `next_seq` and `wake_at` are a projection of the instance's entries,
--               written in the transaction that appends them, so that one row answers what a fold of the log would.
--               `params` is what it was created with (a value in wire form, see core/codec.py).
--   entries     The append-only log, the truth. `data` is the entry's JSON as the API shows it (previews of values, never
--               values); `value` is the stored value in wire form, where the entry has one.
--
-- FLOW
--   create      instances row (status 'queued', next_seq 2) + entry seq 1 'workflow_queued'.
--   append      UPDATE instances SET next_seq = … WHERE key = … AND next_seq = <expected> AND it is unfinished, + the entries.
--               No row updated: someone else appended first, and the append is refused (SequenceConflict), nothing is written.
--   sleep       status 'waiting' and wake_at = the earliest deadline; the instance is in memory no more.
--   wake        rows whose wake_at is due (index instances_by_wake) or that are sent an event run again, by replay.
--   start       rows that are unfinished and not waiting (index instances_unfinished) run again, by replay.
--   finish      status complete | errored | terminated; the last entry holds the output or the error. Nothing is appended after it.
--
-- GUARANTEES
--   1. An instance's entries have seq 1, 2, 3, … without gaps (UNIQUE, and the guard on next_seq), and are never changed.
--   2. `position` grows with every commit over all instances and is never used twice (AUTOINCREMENT), so that a reader that
--      knows the last position it saw misses nothing and sees nothing twice. There is one writer, so no position appears late.
--   3. Who is told of an entry is told after its commit (synchronous = FULL: after its fsync).
--   4. (scope, id, workflow) names one instance for ever. A scope is a tenant's; ids of different scopes never meet.
--   5. Times are epoch milliseconds.

CREATE TABLE instances (
    key INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    workflow TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN (
        'queued', 'running', 'waiting', 'waitingForPause', 'paused', 'errored', 'terminated', 'complete'
    )),
    created INTEGER NOT NULL,
    params BLOB NOT NULL,
    next_seq INTEGER NOT NULL CHECK (next_seq > 1),
    -- when a waiting instance must run again by itself; NULL where no deadline is known
    wake_at INTEGER,
    -- the rules of replay that the instance was created under
    engine_version INTEGER NOT NULL,
    UNIQUE (scope, id, workflow)
) STRICT;

CREATE INDEX instances_by_wake ON instances (wake_at) WHERE wake_at IS NOT NULL;

CREATE INDEX instances_unfinished ON instances (key) WHERE status IN ('queued', 'running', 'waitingForPause');

CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_key INTEGER NOT NULL REFERENCES instances (key) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    -- the instance's scope once more, so that a scope's stream is one range of an index
    scope TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    value BLOB,
    UNIQUE (instance_key, seq)
) STRICT;

CREATE INDEX entries_by_scope ON entries (scope, position);
