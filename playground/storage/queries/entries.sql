-- name: insert
INSERT INTO entries (position, instance_key, seq, time, scope, type, data, value) VALUES :rows

-- name: highest_position
SELECT coalesce(max(seq), 0) AS position FROM sqlite_sequence WHERE name = 'entries'

-- name: of_instance
SELECT position, seq, time, type, data, NULL AS value
FROM entries WHERE instance_key = :key AND seq > :after ORDER BY seq LIMIT :limit

-- name: of_step
SELECT position, seq, time, type, data, NULL AS value FROM entries
WHERE instance_key = :key AND seq >= :base AND (
    type = 'workflow_restarted'
    OR type IN ('step_started', 'step_completed') AND json_extract(data, '$.step.kind') = 'do'
        AND json_extract(data, '$.step.name') = :name AND json_extract(data, '$.step.count') = :count
)
ORDER BY seq

-- name: for_replay
SELECT position, seq, time, type, data, CASE WHEN length(value) <= :inline THEN value END AS value
FROM entries WHERE instance_key = :key AND seq >= :base AND type <> 'log' ORDER BY seq

-- name: whole
SELECT position, seq, time, type, data, value
FROM entries WHERE instance_key = :key AND seq > :after ORDER BY seq LIMIT :limit

-- name: extent
SELECT count(*) AS entries, coalesce(sum(length(CAST(data AS BLOB))), 0) AS size
FROM entries WHERE instance_key = :key AND seq >= :base

-- name: count_logs
SELECT count(*) AS lines FROM entries
WHERE instance_key = :key AND seq > :after AND type = 'log' AND json_extract(data, '$.step') IS NULL

-- name: lines_before
SELECT seq FROM entries
WHERE instance_key = :key AND seq >= :base AND seq < :before AND type = 'log' AND json_extract(data, '$.step') IS NULL

-- name: last_time
SELECT time FROM entries WHERE instance_key = :key AND type = :type ORDER BY seq DESC LIMIT 1

-- name: debugging
SELECT position, seq, time, type, data, NULL AS value FROM entries
WHERE instance_key = :key AND seq >= :base
    AND type IN ('workflow_queued', 'workflow_restarted', 'debug_set', 'debug_continued')
ORDER BY seq

-- name: debug_size
SELECT coalesce(sum(length(CAST(data AS BLOB))), 0) AS size FROM entries
WHERE instance_key = :key AND seq >= :base AND type = 'debug_set'

-- name: value
SELECT value FROM entries WHERE instance_key = :key AND seq = :seq

-- name: of_scope
SELECT entries.position, instances.id AS instance, entries.seq, entries.time, entries.type, entries.data, NULL AS value
FROM arrivals CROSS JOIN instances ON instances.key = arrivals.instance_key CROSS JOIN entries
WHERE arrivals.scope = :scope AND arrivals.last > :after
    AND entries.position BETWEEN max(arrivals.first, :after + 1) AND min(arrivals.last, :mark)
    AND entries.seq >= instances.base_seq AND instances.purge < 2
ORDER BY arrivals.last, entries.position LIMIT :limit

-- name: of_scope_lately
SELECT entries.position, instances.id AS instance, entries.seq, entries.time, entries.type, entries.data, NULL AS value
FROM entries CROSS JOIN instances ON instances.key = entries.instance_key
WHERE entries.position > :after AND entries.scope = :scope AND entries.seq >= instances.base_seq AND instances.purge < 2
ORDER BY entries.position LIMIT :limit

-- name: before
SELECT seq, length(data) + coalesce(length(value), 0) AS size FROM entries
WHERE instance_key = :key AND seq < :before ORDER BY seq LIMIT :limit

-- name: delete_through
DELETE FROM entries WHERE instance_key = :key AND seq <= :last
