-- name: insert
INSERT INTO instances (key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes)
VALUES :rows
ON CONFLICT DO NOTHING

-- name: advance
UPDATE instances
SET next_seq = v.column3, value_bytes = value_bytes + v.column4
FROM (VALUES :rows) AS v
WHERE instances.key = v.column1 AND instances.next_seq = v.column2
  AND instances.status NOT IN ('complete', 'errored', 'terminated')

-- name: advance_and_project
UPDATE instances
SET next_seq = v.column3, value_bytes = value_bytes + v.column4, status = v.column5, wake_at = v.column6
FROM (VALUES :rows) AS v
WHERE instances.key = v.column1 AND instances.next_seq = v.column2
  AND instances.status NOT IN ('complete', 'errored', 'terminated')

-- name: highest_key
SELECT coalesce(max(key), 0) AS key FROM instances

-- name: find
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes
FROM instances WHERE scope = :scope AND id = :id AND workflow = :workflow

-- name: find_in_scope
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes
FROM instances WHERE scope = :scope AND id = :id ORDER BY key LIMIT 1

-- name: by_key
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes
FROM instances WHERE key = :key

-- name: unfinished
SELECT key FROM instances
WHERE status IN ('queued', 'running', 'waitingForPause') AND key > :after ORDER BY key LIMIT :limit

-- name: waking
SELECT key, wake_at FROM instances WHERE wake_at IS NOT NULL AND wake_at > :after AND wake_at <= :until ORDER BY wake_at

-- name: outcome
SELECT instances.status, entries.value, entries.data
FROM instances LEFT JOIN entries
  ON entries.instance_key = instances.key AND entries.seq = instances.next_seq - 1
  AND instances.status IN ('complete', 'errored', 'terminated')
WHERE instances.key = :key

-- name: of_scope
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes
FROM instances WHERE scope = :scope AND key > :after ORDER BY key LIMIT :limit

-- name: latest_of_scope
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes
FROM instances WHERE scope = :scope ORDER BY key DESC LIMIT :limit
