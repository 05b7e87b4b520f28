-- name: create
INSERT INTO shares (id, session, secret_hash, scope, label, created, expires, instance)
VALUES (:id, :session, :secret_hash, :scope, :label, :created, :expires, :instance);

-- name: by_secret
SELECT id, session, scope, label, created, expires, last_used, instance FROM shares
WHERE session = :session AND secret_hash = :secret_hash AND instance IS NULL
  AND revoked IS NULL AND (expires IS NULL OR expires > :now);

-- name: live
SELECT id, session, scope, label, created, expires, last_used, instance FROM shares
WHERE session = :session AND revoked IS NULL AND (expires IS NULL OR expires > :now) ORDER BY created, id;

-- name: used
UPDATE shares SET last_used = :now WHERE id = :id AND (last_used IS NULL OR last_used <= :before);

-- name: revoke
UPDATE shares SET revoked = :now
WHERE id = :id AND session = :session AND revoked IS NULL AND (expires IS NULL OR expires > :now)
RETURNING id, session, scope, label, created, expires, last_used, instance;
