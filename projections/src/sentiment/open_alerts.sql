-- How many alerts nobody knows of yet: of all calls, or of those of some agents.
SELECT count(*) AS "count!"
FROM sentiment_alerts a
WHERE a.org_id = $1 AND a.cleared_at IS NULL AND a.acknowledged_at IS NULL
  AND ($2::uuid[] IS NULL
       OR EXISTS (SELECT FROM call_facts f
                  WHERE f.org_id = a.org_id AND f.call_id = a.call_id
                    AND f.agent_id = ANY ($2)))
