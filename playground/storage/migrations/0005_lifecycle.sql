-- Instances that begin anew, end, and go away.
--
-- restart     From the top: the entry 'workflow_restarted' has the seq `base_seq`, and what is before it is the instance's no more:
--             nobody reads it, and it is purged in the background. So an instance's entries have the seqs base_seq, base_seq + 1, …
--             (1, 2, … where it never began anew). From a step: `base_seq` stays, and the entry says what is left out.
-- finish      `expires` = the end + the instance's retention (its own, else the server's). A restart clears it.
-- remove      Of an instance that was deleted, or whose time is over, the row is marked (purge = 2) and gives up its id in one short
--             transaction; from then on nobody finds it. Its entries, streams and at last its row are purged in the background.
-- purge       A few rows per transaction, so that no other write waits for more than that. What a kill leaves behind is found
--             again by its mark.
--
-- Keys are not used twice, although rows go away: `counters` remembers the highest one that was purged.

ALTER TABLE instances ADD COLUMN base_seq INTEGER NOT NULL DEFAULT 1;

-- how long the instance is kept after its end, in ms; NULL where the server's settings say
ALTER TABLE instances ADD COLUMN success_retention INTEGER;

ALTER TABLE instances ADD COLUMN error_retention INTEGER;

-- when a finished instance is removed
ALTER TABLE instances ADD COLUMN expires INTEGER;

-- 1: entries before base_seq are to be purged; 2: the instance is removed, and all of it is
ALTER TABLE instances ADD COLUMN purge INTEGER NOT NULL DEFAULT 0 CHECK (purge IN (0, 1, 2));

-- what ended before there was a retention is kept for 30 days
UPDATE instances SET expires = 2592000000 + (
    SELECT entries.time FROM entries WHERE entries.instance_key = instances.key AND entries.seq = instances.next_seq - 1
) WHERE status IN ('complete', 'errored', 'terminated');

CREATE INDEX instances_by_expiry ON instances (expires) WHERE expires IS NOT NULL;

CREATE INDEX instances_to_purge ON instances (key) WHERE purge > 0;

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('key', 0);
