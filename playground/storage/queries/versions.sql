-- name: store
INSERT INTO versions (tenant, id, main, modules, created) VALUES (:tenant, :version, :main, :modules, :created)
ON CONFLICT (tenant, id) DO NOTHING;

-- name: pin
INSERT INTO runs (tenant, id, version, created) VALUES (:tenant, :run, :version, :created);

-- name: move
UPDATE runs SET version = :version WHERE tenant = :tenant AND id = :run;

-- name: get
SELECT id, main, modules, created FROM versions WHERE tenant = :tenant AND id = :version;

-- name: exists
SELECT 1 FROM versions WHERE tenant = :tenant AND id = :version;

-- name: stored
SELECT coalesce(sum(length(CAST(modules AS BLOB))), 0) AS bytes FROM versions WHERE tenant = :tenant;

-- name: of_run
SELECT version FROM runs WHERE tenant = :tenant AND id = :run;

-- name: of_runs
SELECT id, version FROM runs WHERE tenant = :tenant ORDER BY created DESC LIMIT :limit;

-- name: latest
SELECT versions.id, main, modules, runs.created FROM runs
JOIN versions ON versions.tenant = runs.tenant AND versions.id = runs.version
WHERE runs.tenant = :tenant ORDER BY runs.created DESC LIMIT 1;

-- name: was_run
SELECT 1 FROM runs WHERE tenant = :tenant AND version = :version LIMIT 1;

-- name: run_by
SELECT 1 FROM runs WHERE tenant = :tenant AND version = :version
  AND EXISTS (SELECT 1 FROM instances WHERE scope = :tenant AND instances.id = runs.id AND purge < 2)
LIMIT 1;

-- name: named_by
-- what the code itself created names its version at the head of its params, and so does what a schedule fires
SELECT 1 FROM instances WHERE scope = :tenant AND key > :after AND purge < 2
  AND instr(substr(params, 1, 1024), CAST(:version AS BLOB)) > 0
  AND NOT EXISTS (SELECT 1 FROM runs WHERE tenant = :tenant AND runs.id = instances.id)
UNION ALL
SELECT 1 FROM schedules WHERE scope = :tenant AND instr(substr(params, 1, 1024), CAST(:version AS BLOB)) > 0
LIMIT 1;

-- name: newest_instance
SELECT coalesce(max(key), 0) AS key FROM instances;

-- name: remove
DELETE FROM versions WHERE tenant = :tenant AND id = :version
RETURNING length(CAST(modules AS BLOB)) AS bytes;

-- name: forget_runs
DELETE FROM runs WHERE tenant = :tenant AND version = :version;

-- name: list
WITH listed AS (
    SELECT id, created FROM versions
    WHERE tenant = :tenant AND (created, id) < (:created, :id)
    ORDER BY created DESC, id DESC LIMIT :limit
), numbered AS (
    SELECT version, id, created, row_number() OVER (PARTITION BY version ORDER BY created DESC, id) AS number FROM runs
    WHERE tenant = :tenant AND version IN (SELECT id FROM listed)
)
SELECT versions.id, versions.main, versions.created,
    (SELECT json_group_array(json_object('name', key, 'size', length(CAST(value AS BLOB)))) FROM json_each(modules)) AS files,
    (SELECT count(*) FROM numbered WHERE version = versions.id) AS run_count,
    (SELECT count(*) FROM numbered WHERE version = versions.id AND EXISTS (
        SELECT 1 FROM instances WHERE scope = :tenant AND instances.id = numbered.id AND purge < 2
    )) AS needed_by,
    (SELECT json_group_array(json_object('id', id, 'created', created)) FROM (
        SELECT id, created FROM numbered WHERE version = versions.id AND number <= :runs ORDER BY number
    )) AS runs
FROM listed JOIN versions ON versions.tenant = :tenant AND versions.id = listed.id
ORDER BY listed.created DESC, listed.id DESC;
