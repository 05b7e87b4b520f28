-- name: create
INSERT INTO shares (id, session, secret_hash, scope, created, expires)
VALUES (:id, :session, :secret_hash, :scope, :created, :expires);

-- name: by_secret
SELECT id, session, scope, created, expires FROM shares
WHERE session = :session AND secret_hash = :secret_hash AND revoked IS NULL AND (expires IS NULL OR expires > :now);

-- name: live
SELECT id, session, scope, created, expires FROM shares
WHERE session = :session AND revoked IS NULL AND (expires IS NULL OR expires > :now) ORDER BY created;

-- name: revoke
UPDATE shares SET revoked = :now
WHERE id = :id AND session = :session AND revoked IS NULL AND (expires IS NULL OR expires > :now);
