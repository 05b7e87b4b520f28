-- name: declare
INSERT INTO schedules (scope, workflow, id, cron, params, next, declared)
VALUES (:scope, :workflow, :id, :cron, :params, :next, :declared)
ON CONFLICT (scope, workflow, id) DO UPDATE
SET cron = excluded.cron, params = excluded.params, declared = excluded.declared,
    next = CASE WHEN cron = excluded.cron THEN next ELSE excluded.next END
RETURNING next

-- name: withdraw
DELETE FROM schedules WHERE scope = :scope AND workflow = :workflow AND id = :id

-- name: declared
SELECT scope, workflow, id FROM schedules WHERE declared = 1

-- name: of_workflow
SELECT key, scope, workflow, id, cron, params, next FROM schedules
WHERE scope = :scope AND workflow = :workflow ORDER BY key

-- name: due
SELECT key, scope, workflow, id, cron, params, next FROM schedules
WHERE next <= :now ORDER BY next, key LIMIT :limit

-- name: next_firing
SELECT min(next) AS next FROM schedules WHERE next IS NOT NULL

-- name: advance
UPDATE schedules SET next = :after
WHERE key = :key AND next = :next AND cron = :cron AND params = :params
