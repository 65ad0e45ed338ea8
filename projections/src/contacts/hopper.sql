-- Whom a campaign calls next, whoever it has for it, after so many: calls that were agreed on first,
-- then by priority. Calls that somebody has agreed on for themselves are theirs.
SELECT contact_id
FROM contacts
WHERE org_id = $1 AND campaign_id = $2 AND due_at <= $3 AND agent_id IS NULL
ORDER BY callback DESC, priority DESC, tried, due_at, contact_id
LIMIT $4 OFFSET $5
