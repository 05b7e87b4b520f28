-- name: create
INSERT INTO sessions (id, token_hash, created) VALUES (:id, :token_hash, :created);

-- name: by_token
SELECT id, created FROM sessions WHERE token_hash = :token_hash;

-- name: get
SELECT id, created FROM sessions WHERE id = :id;

-- name: draft
SELECT draft_source AS source, draft_payload AS payload, draft_saved AS saved, draft_language AS language
FROM sessions
WHERE id = :id AND draft_saved IS NOT NULL;

-- name: save_draft
UPDATE sessions
SET draft_source = :source, draft_payload = :payload, draft_saved = :saved, draft_language = :language
WHERE id = :id;
