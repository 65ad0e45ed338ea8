-- Rated and judged calls by their answer, per slot and group; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(resolved) AS "resolution_known!",
       count(*) FILTER (WHERE resolved) AS "resolved!",
       count(rating) AS "rated!",
       coalesce(sum(rating), 0)::bigint AS "rating!",
       count(*) FILTER (WHERE rating >= 4) AS "satisfied!"
FROM (
    SELECT ($3::int[])[width_bucket(answered_at, $2::timestamptz[])] AS slot,
           CASE WHEN $11 THEN coalesce(queue_id::text, queue_label) END AS queue,
           CASE WHEN $12 THEN coalesce(campaign_id::text, campaign_label) END AS campaign,
           CASE WHEN $13 THEN coalesce(agent_id::text, agent_label) END AS agent,
           CASE WHEN $15 THEN disposition END AS disposition, team,
           resolved, rating
    FROM call_facts
    LEFT JOIN teams_now($1) ON $16 AND member = agent_id
    WHERE org_id = $1 AND answered_at >= ($2::timestamptz[])[1] AND answered_at < $4
      AND (rating IS NOT NULL OR resolved IS NOT NULL)
      AND ($5::text IS NULL OR direction = $5)
      AND (cardinality($6::uuid[]) = 0 OR queue_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR campaign_id = ANY ($7))
      AND (cardinality($8::uuid[]) = 0 OR agent_id = ANY ($8))
      AND (cardinality($9::uuid[]) = 0 OR subject_id = ANY ($9))
      AND ($10 OR NOT test)
) facts
GROUP BY GROUPING SETS ((slot, queue, campaign, agent, disposition, team), ())
ORDER BY 1 DESC
LIMIT $14
