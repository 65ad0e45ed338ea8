-- The contacts of an organization after a place, newest first: of a campaign, in some states or
-- all but those that were taken off a list, with a tag, due before an instant, of one person; and
-- one of some, where only those are meant.
SELECT contact_id, version, state::text AS "state!"
FROM contacts
WHERE org_id = $1
  AND ($2::uuid IS NULL OR campaign_id = $2)
  AND (CASE WHEN $3::text[] IS NULL THEN status <> 'removed' ELSE status = ANY ($3) END)
  AND ($4::text IS NULL OR $4 = ANY (tags))
  AND ($5::timestamptz IS NULL OR due_at < $5)
  AND ($6::uuid IS NULL OR subject_id = $6)
  AND ($10::uuid[] IS NULL OR contact_id = ANY ($10))
  AND ($7::timestamptz IS NULL OR (created_at, contact_id) < ($7, $8::uuid))
ORDER BY created_at DESC, contact_id DESC
LIMIT $9
