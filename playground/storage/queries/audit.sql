-- name: add
INSERT INTO audit (session, time, action, share, label, scope, actor, instance, step, detail)
VALUES (:session, :time, :action, :share, :label, :scope, :actor, :instance, :step, :detail);

-- name: of_session
SELECT position, session, time, action, share, label, scope, actor, instance, step, detail FROM audit
WHERE session = :session AND position < :before ORDER BY position DESC LIMIT :limit;
