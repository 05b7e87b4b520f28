-- name: begin
INSERT INTO streams (instance_key, open) VALUES (:key, 1)

-- name: append
INSERT INTO chunks (stream, number, data) VALUES (:stream, :number, :data)

-- name: close
UPDATE streams SET open = 0 WHERE id = :stream AND instance_key = :key AND open = 1

-- name: read
SELECT chunks.data FROM chunks JOIN streams ON streams.id = chunks.stream
WHERE chunks.stream = :stream AND chunks.number = :number AND streams.instance_key = :key

-- name: drop_some
DELETE FROM chunks WHERE rowid IN (
    SELECT chunks.rowid FROM chunks JOIN streams ON streams.id = chunks.stream
    WHERE chunks.stream = :stream AND (streams.open = 1 OR :closed) LIMIT :limit
)

-- name: drop
DELETE FROM streams WHERE id = :stream AND (open = 1 OR :closed)

-- name: open
SELECT id FROM streams WHERE open = 1

-- name: of_instance
SELECT id FROM streams WHERE instance_key = :key

-- name: drop_some_of
DELETE FROM chunks WHERE rowid IN (
    SELECT chunks.rowid FROM chunks JOIN streams ON streams.id = chunks.stream
    WHERE streams.instance_key = :key LIMIT :limit
)

-- name: open_all_of
UPDATE streams SET open = 1 WHERE instance_key = :key
