-- What steps gave as streams, and how much an instance stores.
--
-- A stream is begun when a step's callback returns one, and open until the entry that holds its number is committed, in the same
-- transaction. Its chunks are numbered from 0; all but the last are equally long. A stream that is open when a server starts was
-- being drained when the last one stopped: no entry refers to it, and it is removed.
--
-- `value_bytes` is a projection like `next_seq`: the lengths of the instance's params and of all its entries' values and streams.

CREATE TABLE streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_key INTEGER NOT NULL REFERENCES instances (key) ON DELETE CASCADE,
    open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;

CREATE INDEX streams_by_instance ON streams (instance_key);

CREATE INDEX streams_open ON streams (id) WHERE open = 1;

CREATE TABLE chunks (
    stream INTEGER NOT NULL REFERENCES streams (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (stream, number)
) STRICT;

ALTER TABLE instances ADD COLUMN value_bytes INTEGER NOT NULL DEFAULT 0;

UPDATE instances SET value_bytes = length(params) + (
    SELECT coalesce(sum(length(entries.value)), 0) FROM entries WHERE entries.instance_key = instances.key
);
