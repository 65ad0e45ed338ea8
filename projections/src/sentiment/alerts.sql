-- The alerts of an organization after a place, newest first: open or not, of a kind, a severity, a
-- call, and of calls of some agents.
SELECT a.alert_id, a.call_id, a.kind, a.severity, a.score, a.seq, a.raised_at,
       a.acknowledged_by, a.acknowledged_at, a.cleared_at
FROM sentiment_alerts a
WHERE a.org_id = $1
  AND ($2::text IS NULL
       OR CASE WHEN a.cleared_at IS NOT NULL THEN 'cleared'
               WHEN a.acknowledged_at IS NOT NULL THEN 'acknowledged'
               ELSE 'open' END = $2)
  AND ($3::text IS NULL OR a.kind = $3)
  AND ($4::text IS NULL OR a.severity = $4)
  AND ($5::uuid IS NULL OR a.call_id = $5)
  AND ($6::uuid IS NULL OR a.alert_id = $6)
  AND (cardinality($7::uuid[]) = 0
       OR EXISTS (SELECT FROM call_facts f
                  WHERE f.org_id = a.org_id AND f.call_id = a.call_id
                    AND f.agent_id = ANY ($7)))
  AND ($8::timestamptz IS NULL OR (a.raised_at, a.alert_id) < ($8, $9::uuid))
ORDER BY a.raised_at DESC, a.alert_id DESC
LIMIT $10
