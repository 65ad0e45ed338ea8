-- The contacts of a campaign that can be called at an instant, in the order in which they are
-- called, after so many: somebody's own calls back first, then those of nobody, then by priority.
SELECT contact_id, version, state::text AS "state!"
FROM contacts
WHERE org_id = $1 AND campaign_id = $2 AND due_at <= $3
  AND (agent_id IS NULL OR agent_id = $4)
ORDER BY (agent_id IS NOT NULL) DESC, callback DESC, priority DESC, tried, due_at, contact_id
LIMIT $5 OFFSET $6
