-- The imports of an organization after a place, newest first: of people whom campaigns call or of
-- numbers that are not to be called, for a campaign, in some states.
SELECT import_id, version, state::text AS "state!"
FROM imports
WHERE org_id = $1
  AND ($2::uuid IS NULL OR campaign_id = $2)
  AND ($3::text[] IS NULL OR status = ANY ($3))
  AND (campaign_id IS NULL) = $4
  AND ($5::timestamptz IS NULL OR (requested_at, import_id) < ($5, $6::uuid))
ORDER BY requested_at DESC, import_id DESC
LIMIT $7
