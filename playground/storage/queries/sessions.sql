-- name: create
INSERT INTO sessions (id, token_hash, created) VALUES (:id, :token_hash, :created);

-- name: by_token
SELECT id, created FROM sessions WHERE token_hash = :token_hash;

-- name: get
SELECT id, created FROM sessions WHERE id = :id;

-- name: draft
SELECT draft_files AS files, draft_main AS main, draft_payload AS payload, draft_saved AS saved, draft_revision AS revision
FROM sessions
WHERE id = :id AND draft_files IS NOT NULL;

-- name: revision
SELECT draft_revision AS revision FROM sessions WHERE id = :id;

-- name: save_draft
UPDATE sessions
SET draft_files = :files, draft_main = :main, draft_payload = :payload, draft_saved = :saved, draft_revision = draft_revision + 1
WHERE id = :id AND (:based_on IS NULL OR draft_revision = :based_on)
RETURNING draft_revision;
