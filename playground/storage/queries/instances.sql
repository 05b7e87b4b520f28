-- name: insert
INSERT INTO instances (key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes,
    base_seq, success_retention, error_retention, schedule)
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
SET next_seq = v.column3, value_bytes = value_bytes + v.column4, status = v.column5, wake_at = v.column6,
    expires = v.column7
FROM (VALUES :rows) AS v
WHERE instances.key = v.column1 AND instances.next_seq = v.column2
  AND instances.status NOT IN ('complete', 'errored', 'terminated')

-- name: restart
UPDATE instances
SET next_seq = :next_seq, status = :status, wake_at = :wake_at, expires = :expires,
    base_seq = coalesce(:base_seq, base_seq),
    purge = CASE WHEN :base_seq IS NULL THEN purge ELSE 1 END,
    value_bytes = CASE WHEN :base_seq IS NULL THEN value_bytes ELSE length(params) END + :stored
WHERE key = :key AND next_seq = :expected AND purge < 2

-- name: highest_key
SELECT max(coalesce((SELECT max(key) FROM instances), 0), (SELECT value FROM counters WHERE name = 'key')) AS key

-- name: find
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes,
    base_seq, success_retention, error_retention, schedule
FROM instances WHERE scope = :scope AND id = :id AND workflow = :workflow AND purge < 2

-- name: find_in_scope
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes,
    base_seq, success_retention, error_retention, schedule
FROM instances WHERE scope = :scope AND id = :id AND purge < 2 ORDER BY key LIMIT 1

-- name: by_key
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes,
    base_seq, success_retention, error_retention, schedule
FROM instances WHERE key = :key AND purge < 2

-- name: unfinished
SELECT key, scope FROM instances
WHERE status IN ('queued', 'running', 'waitingForPause') AND key > :after ORDER BY key LIMIT :limit

-- name: waking
SELECT key, scope, wake_at FROM instances
WHERE wake_at IS NOT NULL AND wake_at > :after AND wake_at <= :until ORDER BY wake_at

-- name: outcome
SELECT instances.key, instances.status, entries.value, entries.data
FROM instances LEFT JOIN entries
  ON entries.instance_key = instances.key AND entries.seq = instances.next_seq - 1
  AND instances.status IN ('complete', 'errored', 'terminated')
WHERE instances.key = :key AND instances.purge < 2

-- name: find_outcome
SELECT instances.key, instances.status, entries.value, entries.data
FROM instances LEFT JOIN entries
  ON entries.instance_key = instances.key AND entries.seq = instances.next_seq - 1
  AND instances.status IN ('complete', 'errored', 'terminated')
WHERE instances.scope = :scope AND instances.workflow = :workflow AND instances.id = :id
  AND instances.purge < 2

-- name: of_scope
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes,
    base_seq, success_retention, error_retention, schedule
FROM instances WHERE scope = :scope AND key > :after AND purge < 2 ORDER BY key LIMIT :limit

-- name: latest_of_scope
SELECT key, scope, workflow, id, status, created, params, next_seq, wake_at, engine_version, value_bytes,
    base_seq, success_retention, error_retention, schedule
FROM instances WHERE scope = :scope AND purge < 2 ORDER BY key DESC LIMIT :limit

-- name: remove
UPDATE instances
SET id = '-' || key, status = 'terminated', wake_at = NULL, expires = NULL, purge = 2
WHERE key = :key AND purge < 2 AND (:expired IS NULL OR expires <= :expired)

-- name: expired
SELECT key FROM instances WHERE expires <= :now ORDER BY expires LIMIT :limit

-- name: next_expiry
SELECT min(expires) AS expires FROM instances WHERE expires IS NOT NULL

-- name: to_purge
SELECT key, base_seq, purge FROM instances WHERE purge > 0 ORDER BY key LIMIT 1

-- name: purged
UPDATE instances SET purge = 0 WHERE key = :key AND purge = 1 AND base_seq = :base_seq

-- name: forget
DELETE FROM instances WHERE key = :key AND purge = 2

-- name: count_key
UPDATE counters SET value = max(value, :key) WHERE name = 'key'

-- name: weigh
UPDATE instances SET value_bytes = value_bytes + :size WHERE key = :key

-- name: carry
UPDATE instances SET params = :params, value_bytes = value_bytes + length(:params) - length(params)
WHERE key = :key AND purge < 2
