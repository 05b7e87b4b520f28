-- Links by name, approvals, and who did what.
--
-- shares      A link to a session has a label, and remembers when it was last used (to the minute). One with an `instance` is no
--             link to the session at all: it opens one wait of one run, and its row in `approvals` says which.
-- approvals   The wait that such a link is for: the step, and the entry with which the wait began, so that the wait of a run that
--             has begun anew is another one. `decided` is written once, in the transaction that appends the event to the run's log
--             and the row to the audit trail: either all three are there or none.
-- audit       Append-only: rows are never changed and never deleted, and triggers refuse to. It outlives the links, the runs and
--             the instances that it names.
--
-- Times are epoch milliseconds.

ALTER TABLE shares ADD COLUMN label TEXT NOT NULL DEFAULT '';

ALTER TABLE shares ADD COLUMN last_used INTEGER;

-- the run of the one wait that the link is for; NULL where it opens the session
ALTER TABLE shares ADD COLUMN instance TEXT;

CREATE TABLE approvals (
    share TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    step_name TEXT NOT NULL,
    step_count INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    -- the entry wait_started of the wait
    wait_seq INTEGER NOT NULL,
    wait_time INTEGER NOT NULL,
    question TEXT NOT NULL,
    fields TEXT,                     -- JSON: what the event should carry, where the maker of the link has said so
    decided INTEGER,                 -- when; null until then
    verdict TEXT CHECK (verdict IN ('approved', 'rejected', 'answered')),
    decided_by TEXT,
    note TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL,
    time INTEGER NOT NULL,
    action TEXT NOT NULL,
    -- the link by which it was done, or that it was done to; NULL where the owner did something else
    share TEXT,
    -- the link's label and scope at that time
    label TEXT,
    scope TEXT,
    -- what was done by the owner has 'owner' here, what was done by a link 'link'
    actor TEXT NOT NULL CHECK (actor IN ('owner', 'link')),
    instance TEXT,
    step TEXT,
    detail TEXT NOT NULL             -- JSON object
) STRICT;

CREATE INDEX audit_by_session ON audit (session, position);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is never changed');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is never deleted from');
END;
