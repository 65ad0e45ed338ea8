-- The entries of an organization after a place, newest first: of the whole organization, of a
-- campaign, or all; those that hold at an instant, those that do not, or all; one of some ids.
SELECT entry_id, version, state::text AS "state!"
FROM dnc
WHERE org_id = $1
  AND ($2::boolean IS NULL OR (campaign_id IS NULL) = $2)
  AND ($3::uuid IS NULL OR campaign_id = $3)
  AND ($4::text IS NULL OR source = $4)
  AND ($5::boolean IS NULL
       OR (NOT reinstated AND (expires_at IS NULL OR expires_at > $6)) = $5)
  AND ($7::uuid[] IS NULL OR entry_id = ANY ($7))
  AND ($8::timestamptz IS NULL OR (suppressed_at, entry_id) < ($8, $9::uuid))
ORDER BY suppressed_at DESC, entry_id DESC
LIMIT $10
