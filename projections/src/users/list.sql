-- The users of an organization after a place, newest first.
SELECT user_id, version, created_at, state::text AS "state!"
FROM users
WHERE org_id = $1
  AND ($2::text IS NULL OR role = $2)
  AND ($3::text IS NULL OR status = $3)
  AND ($4::timestamptz IS NULL OR (created_at, user_id) < ($4, $5::uuid))
ORDER BY created_at DESC, user_id DESC
LIMIT $6
