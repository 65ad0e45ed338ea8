-- The teams of an organization after a place, newest first.
SELECT team_id, version, state::text AS "state!"
FROM teams
WHERE org_id = $1
  AND ($2::boolean IS NULL OR archived = $2)
  AND ($3::uuid IS NULL OR parent_team_id = $3)
  AND ($4::timestamptz IS NULL OR (created_at, team_id) < ($4, $5::uuid))
ORDER BY created_at DESC, team_id DESC
LIMIT $6
