-- A scope's entries in the order of their arrival, by stretches.
--
-- The index of all entries by scope and position was a third of what a commit cost: as many rows once more, each in another place.
-- What it was for is reading on from a position (streams of a scope). Now a row of `arrivals` stands for a stretch of entries of one
-- instance whose positions follow one another, and is written late, for many at once.
--
-- TABLES
--   entries     As before, without that index, and without a reference to `instances` that every row was checked against: entries are
--               appended to a row that was just updated, and purged before it is forgotten.
--   arrivals    The entries `first` … `last` of `instance_key`, whose scope that is. Entries that were purged since are not there.
--   counters    'arrivals': up to which position stretches were written. What came later is found by looking through it all, which
--               is never much.

ALTER TABLE entries RENAME TO entries_before;

DROP INDEX entries_by_scope;

CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    -- the instance's scope once more
    scope TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    value BLOB,
    UNIQUE (instance_key, seq)
) STRICT;

INSERT INTO entries (position, instance_key, seq, time, scope, type, data, value)
SELECT position, instance_key, seq, time, scope, type, data, value FROM entries_before ORDER BY position;

-- the highest position that was ever used, although its entry may be gone
INSERT INTO sqlite_sequence (name, seq)
SELECT 'entries', seq FROM sqlite_sequence WHERE name = 'entries_before' AND NOT EXISTS (
    SELECT 1 FROM sqlite_sequence WHERE name = 'entries'
);

UPDATE sqlite_sequence SET seq = max(seq, coalesce(
    (SELECT seq FROM sqlite_sequence WHERE name = 'entries_before'), 0
)) WHERE name = 'entries';

DROP TABLE entries_before;

CREATE TABLE arrivals (
    scope TEXT NOT NULL,
    last INTEGER NOT NULL,
    first INTEGER NOT NULL,
    instance_key INTEGER NOT NULL,
    PRIMARY KEY (scope, last)
) STRICT, WITHOUT ROWID;

INSERT INTO arrivals (scope, last, first, instance_key)
SELECT scope, max(position), min(position), instance_key FROM entries
GROUP BY scope, instance_key, position - seq;

INSERT INTO counters (name, value) SELECT 'arrivals', coalesce(max(position), 0) FROM entries;
