-- The exports of an organization after a place, newest first: of somebody, in some states.
SELECT export_id, version, state::text AS "state!"
FROM exports
WHERE org_id = $1
  AND ($2::uuid IS NULL OR requested_by = $2)
  AND ($3::text[] IS NULL OR status = ANY ($3))
  AND ($4::timestamptz IS NULL OR (requested_at, export_id) < ($4, $5::uuid))
ORDER BY requested_at DESC, export_id DESC
LIMIT $6
