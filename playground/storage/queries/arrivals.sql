-- name: mark
SELECT value FROM counters WHERE name = 'arrivals'

-- name: set_mark
UPDATE counters SET value = :mark WHERE name = 'arrivals'

-- name: write_down
INSERT INTO arrivals (scope, last, first, instance_key)
SELECT scope, max(position), min(position), instance_key FROM entries
WHERE position > :after AND position <= :until GROUP BY scope, instance_key, position - seq

-- name: forget_through
DELETE FROM arrivals WHERE (scope, last) IN (
    SELECT scope, position FROM entries WHERE instance_key = :key AND seq <= :last
)
