-- Waits by the instant that they began, per slot and group; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(*) FILTER (WHERE reason = 'answered') AS "answered!",
       count(*) FILTER (WHERE reason = 'abandoned') AS "abandoned!",
       count(*) FILTER (WHERE reason = 'abandoned' AND wait_ms < $18) AS "short_abandoned!",
       count(*) FILTER (WHERE reason NOT IN ('answered', 'abandoned')) AS "flowed_out!",
       count(*) FILTER (WHERE reason = 'answered' AND wait_ms <= $17) AS "answered_in_time!",
       count(*) FILTER (WHERE reason = 'abandoned' AND wait_ms <= $17) AS "abandoned_in_time!",
       count(*) FILTER (WHERE reason NOT IN ('answered', 'abandoned')
                        AND wait_ms <= $17) AS "flowed_out_in_time!",
       coalesce(sum(wait_ms) FILTER (WHERE reason = 'answered'), 0)::bigint AS "answered_wait_ms!",
       coalesce(sum(wait_ms) FILTER (WHERE reason = 'abandoned'), 0)::bigint
           AS "abandoned_wait_ms!",
       coalesce(sum(wait_ms) FILTER (WHERE reason = 'abandoned' AND wait_ms < $18), 0)::bigint
           AS "short_wait_ms!",
       max(wait_ms) AS longest_wait_ms,
       count(*) FILTER (WHERE reason IS NULL) AS "waiting!"
FROM (
    SELECT ($3::int[])[width_bucket(queued_at, $2::timestamptz[])] AS slot,
           CASE WHEN $11 THEN coalesce(queue_id::text, queue_label) END AS queue,
           CASE WHEN $12 THEN coalesce(campaign_id::text, campaign_label) END AS campaign,
           CASE WHEN $13 THEN coalesce(agent_id::text, agent_label) END AS agent,
           CASE WHEN $15 THEN NULL::text END AS disposition, team,
           reason, wait_ms
    FROM queue_segments
    LEFT JOIN teams_now($1) ON $16 AND member = agent_id
    WHERE org_id = $1 AND queued_at >= ($2::timestamptz[])[1] AND queued_at < $4
      AND ($5::text IS NULL OR direction = $5)
      AND (cardinality($6::uuid[]) = 0 OR queue_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR campaign_id = ANY ($7))
      AND (cardinality($8::uuid[]) = 0 OR agent_id = ANY ($8))
      AND (cardinality($9::uuid[]) = 0 OR subject_id = ANY ($9))
      AND ($10 OR NOT test) AND (NOT $19 OR queue_segment = 1)
) segments
GROUP BY GROUPING SETS ((slot, queue, campaign, agent, disposition, team), ())
ORDER BY 1 DESC
LIMIT $14
