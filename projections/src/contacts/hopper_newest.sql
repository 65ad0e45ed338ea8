-- The same, of those who are as urgent and were tried as often whoever came in last; but calls that
-- were agreed on as they were agreed on.
SELECT contact_id
FROM contacts
WHERE org_id = $1 AND campaign_id = $2 AND due_at <= $3 AND agent_id IS NULL
ORDER BY callback DESC, priority DESC, tried, (CASE WHEN callback THEN due_at END),
         created_at DESC, contact_id DESC
LIMIT $4 OFFSET $5
