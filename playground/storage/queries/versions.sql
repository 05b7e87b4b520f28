-- name: store
INSERT INTO versions (tenant, id, main, modules, created) VALUES (:tenant, :version, :main, :modules, :created)
ON CONFLICT (tenant, id) DO NOTHING;

-- name: pin
INSERT INTO runs (tenant, id, version, created) VALUES (:tenant, :run, :version, :created);

-- name: get
SELECT id, main, modules, created FROM versions WHERE tenant = :tenant AND id = :version;

-- name: of_run
SELECT version FROM runs WHERE tenant = :tenant AND id = :run;

-- name: of_runs
SELECT id, version FROM runs WHERE tenant = :tenant ORDER BY created DESC LIMIT :limit;

-- name: latest
SELECT versions.id, main, modules, runs.created FROM runs
JOIN versions ON versions.tenant = runs.tenant AND versions.id = runs.version
WHERE runs.tenant = :tenant ORDER BY runs.created DESC LIMIT 1;
