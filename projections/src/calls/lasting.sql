-- Calls that were answered and go on, the longest first.
SELECT c.call_id, f.answered_at AS "since!", f.agent_id, f.queue_id, f.campaign_id
FROM calls c JOIN call_facts f ON f.org_id = c.org_id AND f.call_id = c.call_id
WHERE c.org_id = $1 AND c.live AND f.answered_at IS NOT NULL AND f.ended_at IS NULL AND NOT f.test
ORDER BY f.answered_at, c.call_id
LIMIT $2
