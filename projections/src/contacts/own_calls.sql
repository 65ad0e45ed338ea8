-- The contacts of a campaign that wait for a call back of somebody, and are due.
SELECT contact_id
FROM contacts
WHERE org_id = $1 AND campaign_id = $2 AND agent_id = $3 AND due_at <= $4
ORDER BY due_at, contact_id
LIMIT $5
