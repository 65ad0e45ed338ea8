-- The imports of an organization after a place, newest first: for a campaign, in some states.
SELECT import_id, version, state::text AS "state!"
FROM imports
WHERE org_id = $1
  AND ($2::uuid IS NULL OR campaign_id = $2)
  AND ($3::text[] IS NULL OR status = ANY ($3))
  AND ($4::timestamptz IS NULL OR (requested_at, import_id) < ($4, $5::uuid))
ORDER BY requested_at DESC, import_id DESC
LIMIT $6
