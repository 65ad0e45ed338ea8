-- Handled calls by the end of the handling, per slot and group; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(*) AS "handled!",
       coalesce(sum(talk_ms), 0)::bigint AS "talk_ms!",
       percentile_cont(0.5) WITHIN GROUP (ORDER BY talk_ms::float8) AS talk_p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY talk_ms::float8) AS talk_p95_ms,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY talk_ms::float8) AS talk_p95_nearest_ms,
       coalesce(sum(hold_ms) FILTER (WHERE holds > 0), 0)::bigint AS "hold_ms!",
       count(*) FILTER (WHERE holds > 0) AS "held!",
       coalesce(sum(wrap_ms), 0)::bigint AS "wrap_ms!",
       count(wrap_ms) AS "wrapped!",
       coalesce(sum(handle_ms), 0)::bigint AS "handle_ms!"
FROM (
    SELECT ($3::int[])[width_bucket(handled_at, $2::timestamptz[])] AS slot,
           CASE WHEN $11 THEN coalesce(queue_id::text, queue_label) END AS queue,
           CASE WHEN $12 THEN coalesce(campaign_id::text, campaign_label) END AS campaign,
           CASE WHEN $13 THEN coalesce(agent_id::text, agent_label) END AS agent,
           CASE WHEN $15 THEN disposition END AS disposition, team,
           talk_ms, hold_ms, holds, wrap_ms, handle_ms
    FROM call_facts
    LEFT JOIN teams_now($1) ON $16 AND member = agent_id
    WHERE org_id = $1 AND handled_at >= ($2::timestamptz[])[1] AND handled_at < $4
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
