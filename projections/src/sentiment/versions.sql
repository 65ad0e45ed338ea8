-- Of how many calls that were answered in a period, and are asked for, which versions of engines
-- have found something.
SELECT p.engine, p.engine_version, count(*) AS "calls!"
FROM call_facts f
JOIN sentiment_points p ON p.org_id = f.org_id AND p.call_id = f.call_id
WHERE f.org_id = $1 AND f.answered_at >= $2 AND f.answered_at < $3
  AND ($4::text IS NULL OR f.direction = $4)
  AND (cardinality($5::uuid[]) = 0 OR f.queue_id = ANY ($5))
  AND (cardinality($6::uuid[]) = 0 OR f.campaign_id = ANY ($6))
  AND (cardinality($7::uuid[]) = 0 OR f.agent_id = ANY ($7))
  AND ($8 OR NOT f.test)
GROUP BY p.engine, p.engine_version
ORDER BY count(*) DESC, p.engine, p.engine_version DESC
