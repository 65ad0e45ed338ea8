-- The campaigns of an organization after a place, newest first: in some states or all but those
-- that are gone, of a mode, and those that a team or any of some people call for.
SELECT campaign_id, version, state::text AS "state!"
FROM campaigns
WHERE org_id = $1
  AND status <> 'deleted'
  AND ($2::text[] IS NULL OR status = ANY ($2))
  AND ($3::text IS NULL OR mode = $3)
  AND ($4::uuid IS NULL OR $4 = ANY (teams))
  AND ($5::uuid[] IS NULL OR teams && $5 OR agents && $6::uuid[])
  AND ($7::timestamptz IS NULL OR (created_at, campaign_id) < ($7, $8::uuid))
ORDER BY created_at DESC, campaign_id DESC
LIMIT $9
