-- name: create
INSERT INTO approvals (share, step_name, step_count, event_type, wait_seq, wait_time, question, fields)
VALUES (:share, :step_name, :step_count, :event_type, :wait_seq, :wait_time, :question, :fields);

-- name: by_secret
SELECT shares.id, session, scope, label, created, expires, last_used, instance, revoked, step_name, step_count, event_type,
    wait_seq, wait_time, question, fields, decided, verdict, decided_by, note
FROM shares JOIN approvals ON approvals.share = shares.id
WHERE shares.id = :id AND secret_hash = :secret_hash;

-- name: of_session
SELECT shares.id, session, scope, label, created, expires, last_used, instance, revoked, step_name, step_count, event_type,
    wait_seq, wait_time, question, fields, decided, verdict, decided_by, note
FROM shares JOIN approvals ON approvals.share = shares.id
WHERE session = :session AND revoked IS NULL AND (expires IS NULL OR expires > :now) ORDER BY created, shares.id;

-- name: undecided
SELECT count(*) FROM shares JOIN approvals ON approvals.share = shares.id
WHERE session = :session AND decided IS NULL AND revoked IS NULL AND (expires IS NULL OR expires > :now);

-- name: forget
DELETE FROM shares WHERE id IN (
    SELECT shares.id FROM shares JOIN approvals ON approvals.share = shares.id
    WHERE session = :session AND (decided IS NOT NULL OR revoked IS NOT NULL OR expires <= :now)
    ORDER BY created DESC, shares.id DESC LIMIT -1 OFFSET :kept
);

-- name: decide
UPDATE approvals SET decided = :decided, verdict = :verdict, decided_by = :decided_by, note = :note
WHERE share = :share AND decided IS NULL AND EXISTS (
    SELECT 1 FROM shares WHERE id = :share AND revoked IS NULL AND (expires IS NULL OR expires > :decided)
);
