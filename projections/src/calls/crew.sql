-- Who handled calls of which campaigns in a time.
SELECT DISTINCT campaign_id::text AS "campaign!", agent_id::text AS "agent!"
FROM call_segments
WHERE org_id = $1 AND handled_at >= $2 AND handled_at < $3
  AND agent_id IS NOT NULL AND campaign_id IS NOT NULL AND NOT test
  AND (cardinality($4::uuid[]) = 0 OR campaign_id = ANY ($4))
