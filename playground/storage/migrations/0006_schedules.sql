-- Schedules: instances that are created when a cron expression says so.
--
-- FLOW
--   declare     A row per schedule, with the moment of its next firing. One of a name that is there takes its place.
--   fire        One transaction: `next` moves on (WHERE next = <expected>), and the instance is created, with the id
--               <schedule>-<scheduled time>. So a kill leaves both or neither, and no firing happens twice.
--   start       Rows whose `next` has passed fire once, for the last time that was missed.
--
-- `next` is epoch ms; NULL where the expression names no moment any more.

CREATE TABLE schedules (
    key INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    workflow TEXT NOT NULL,
    id TEXT NOT NULL,
    cron TEXT NOT NULL,
    params BLOB NOT NULL,
    next INTEGER,
    -- 1: declared by the program at its start, and forgotten when it declares it no more
    declared INTEGER NOT NULL CHECK (declared IN (0, 1)),
    UNIQUE (scope, workflow, id)
) STRICT;

CREATE INDEX schedules_by_next ON schedules (next) WHERE next IS NOT NULL;

-- what fired: {"cron", "scheduledTime"}; NULL where the instance was created otherwise
ALTER TABLE instances ADD COLUMN schedule TEXT;
