-- Quarter hours of queues, by the instant that the waits began, and in how many of them enough were
-- served in time: each kind of wait counts as often as the service level says that is asked for.
-- The offsets of all zones are whole quarters. A target is the decimal number that was said, so
-- that 0.55 of 100 are 55. Per slot and group; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(*) AS "quarters!",
       count(*) FILTER (WHERE above >= $22::float8::numeric * below) AS "on_target!"
FROM (
    SELECT slot, queue, campaign, agent, disposition, team,
           count(*) FILTER (WHERE reason = 'answered' AND wait_ms <= $17) * ($20::bigint[])[1]
           + count(*) FILTER (WHERE reason = 'abandoned' AND wait_ms <= $17) * ($20)[2]
           + count(*) FILTER (WHERE reason NOT IN ('answered', 'abandoned')
                              AND wait_ms <= $17) * ($20)[3] AS above,
           count(*) FILTER (WHERE reason = 'answered') * ($21::bigint[])[1]
           + count(*) FILTER (WHERE reason = 'abandoned') * ($21)[2]
           + count(*) FILTER (WHERE reason = 'abandoned' AND wait_ms < $18) * ($21)[3]
           + count(*) FILTER (WHERE reason NOT IN ('answered', 'abandoned')) * ($21)[4] AS below
    FROM (
        SELECT ($3::int[])[width_bucket(queued_at, $2::timestamptz[])] AS slot,
               CASE WHEN $11 THEN coalesce(queue_id::text, queue_label) END AS queue,
               CASE WHEN $12 THEN coalesce(campaign_id::text, campaign_label) END AS campaign,
               CASE WHEN $13 THEN coalesce(agent_id::text, agent_label) END AS agent,
               CASE WHEN $15 THEN NULL::text END AS disposition, team,
               coalesce(queue_id::text, queue_label) AS of_queue,
               date_bin('15 minutes', queued_at, 'epoch') AS quarter, reason, wait_ms
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
    GROUP BY slot, queue, campaign, agent, disposition, team, of_queue, quarter
) quarters
WHERE below > 0
GROUP BY GROUPING SETS ((slot, queue, campaign, agent, disposition, team), ())
ORDER BY 1 DESC
LIMIT $14
