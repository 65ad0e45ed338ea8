-- What an engine in a version has found of calls by their answer, per slot and group; the first row
-- is the total.
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(*) AS "calls!", coalesce(sum(score), 0)::bigint AS "score!"
FROM (
    SELECT ($3::int[])[width_bucket(f.answered_at, $2::timestamptz[])] AS slot,
           CASE WHEN $11 THEN coalesce(f.queue_id::text, f.queue_label) END AS queue,
           CASE WHEN $12 THEN coalesce(f.campaign_id::text, f.campaign_label) END AS campaign,
           CASE WHEN $13 THEN coalesce(f.agent_id::text, f.agent_label) END AS agent,
           CASE WHEN $15 THEN f.disposition END AS disposition, team,
           p.score
    FROM call_facts f
    JOIN sentiment_points p ON p.org_id = f.org_id AND p.call_id = f.call_id
    LEFT JOIN teams_now($1) ON $16 AND member = f.agent_id
    WHERE f.org_id = $1 AND f.answered_at >= ($2::timestamptz[])[1] AND f.answered_at < $4
      AND p.engine = $17 AND p.engine_version = $18
      AND ($5::text IS NULL OR f.direction = $5)
      AND (cardinality($6::uuid[]) = 0 OR f.queue_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR f.campaign_id = ANY ($7))
      AND (cardinality($8::uuid[]) = 0 OR f.agent_id = ANY ($8))
      AND (cardinality($9::uuid[]) = 0 OR f.subject_id = ANY ($9))
      AND ($10 OR NOT f.test)
) calls
GROUP BY GROUPING SETS ((slot, queue, campaign, agent, disposition, team), ())
ORDER BY 1 DESC
LIMIT $14
