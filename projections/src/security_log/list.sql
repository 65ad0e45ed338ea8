-- What happened at the doors of an organization before a position, newest first.
SELECT position, event_id, kind, user_id, session_id, detail, actor, at, recorded_at
FROM security_log
WHERE org_id = $1
  AND ($2::text IS NULL OR kind = $2)
  AND ($3::uuid IS NULL OR user_id = $3)
  AND ($4::bigint IS NULL OR position < $4)
ORDER BY position DESC
LIMIT $5
