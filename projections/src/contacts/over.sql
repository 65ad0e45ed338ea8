-- The contacts of a campaign after one, in the order of their ids, with whom it is over: in one of
-- these states, with one of these outcomes, with a tag, tried from so often to so often.
SELECT contact_id
FROM contacts
WHERE org_id = $1 AND campaign_id = $2 AND contact_id > $3
  AND status IN ('completed', 'failed') AND status = ANY ($4)
  AND ($5::text[] IS NULL OR outcome = ANY ($5))
  AND ($6::text IS NULL OR $6 = ANY (tags))
  AND ($7::integer IS NULL OR tried >= $7)
  AND ($8::integer IS NULL OR tried <= $8)
ORDER BY contact_id
LIMIT $9
