-- How many calls were made in a period and are asked for, counted up to a limit.
SELECT count(*) AS "calls!"
FROM (
    SELECT FROM call_facts
    WHERE org_id = $1 AND created_at >= $2 AND created_at < $3
      AND ($4::text IS NULL OR direction = $4)
      AND (cardinality($5::uuid[]) = 0 OR queue_id = ANY ($5))
      AND (cardinality($6::uuid[]) = 0 OR campaign_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR agent_id = ANY ($7))
      AND ($8 OR NOT test)
    LIMIT $9
) calls
