-- Agents' parts of calls by the end of their handling, per slot and group; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(*) AS "segments!",
       coalesce(sum(talk_ms), 0)::bigint AS "talk_ms!",
       coalesce(sum(hold_ms), 0)::bigint AS "hold_ms!",
       count(*) FILTER (WHERE hold_ms > 0) AS "held!",
       coalesce(sum(wrap_ms), 0)::bigint AS "wrap_ms!",
       count(*) FILTER (WHERE transferred) AS "transferred!"
FROM (
    SELECT ($3::int[])[width_bucket(handled_at, $2::timestamptz[])] AS slot,
           CASE WHEN $11 THEN coalesce(queue_id::text, queue_label) END AS queue,
           CASE WHEN $12 THEN coalesce(campaign_id::text, campaign_label) END AS campaign,
           CASE WHEN $13 THEN coalesce(agent_id::text, agent_label) END AS agent,
           CASE WHEN $15 THEN NULL::text END AS disposition, team,
           talk_ms, hold_ms, wrap_ms, transferred
    FROM call_segments
    LEFT JOIN teams_now($1) ON $16 AND member = agent_id
    WHERE org_id = $1 AND handled_at >= ($2::timestamptz[])[1] AND handled_at < $4
      AND ($5::text IS NULL OR direction = $5)
      AND (cardinality($6::uuid[]) = 0 OR queue_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR campaign_id = ANY ($7))
      AND (cardinality($8::uuid[]) = 0 OR agent_id = ANY ($8))
      AND (cardinality($9::uuid[]) = 0 OR subject_id = ANY ($9))
      AND ($10 OR NOT test)
) segments
GROUP BY GROUPING SETS ((slot, queue, campaign, agent, disposition, team), ())
ORDER BY 1 DESC
LIMIT $14
