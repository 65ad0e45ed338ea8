-- The campaigns of an organization, or some of them.
SELECT campaign_id, state::text AS "state!"
FROM campaigns
WHERE org_id = $1 AND (cardinality($2::uuid[]) = 0 OR campaign_id = ANY ($2))
ORDER BY campaign_id
LIMIT $3
