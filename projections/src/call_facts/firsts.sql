-- Calls that came in and were handled, about something that nobody had called about before, by the
-- instant that they came in: how many were the only one, and how many can still be followed by
-- another. The first row is the total.
WITH handled AS MATERIALIZED (
    SELECT call_id, subject_id, created_at, ended_at, resolves,
           coalesce('topic ' || topic, queue_id::text, queue_label, dialed) AS about,
           ($3::int[])[width_bucket(created_at, $2::timestamptz[])] AS slot,
           CASE WHEN $11 THEN coalesce(queue_id::text, queue_label) END AS queue,
           CASE WHEN $12 THEN coalesce(campaign_id::text, campaign_label) END AS campaign,
           CASE WHEN $13 THEN coalesce(agent_id::text, agent_label) END AS agent,
           CASE WHEN $15 THEN disposition END AS disposition, team
    FROM call_facts
    LEFT JOIN teams_now($1) ON $16 AND member = agent_id
    WHERE org_id = $1 AND direction = 'inbound' AND handled_at IS NOT NULL AND identified
      AND created_at >= ($2::timestamptz[])[1] AND created_at < $4
      AND ($5::text IS NULL OR direction = $5)
      AND (cardinality($6::uuid[]) = 0 OR queue_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR campaign_id = ANY ($7))
      AND (cardinality($8::uuid[]) = 0 OR agent_id = ANY ($8))
      AND (cardinality($9::uuid[]) = 0 OR subject_id = ANY ($9))
      AND ($10 OR NOT test)
), others AS (
    SELECT h.call_id,
           bool_or(o.ended_at >= h.created_at - $17 * interval '1 hour'
                   AND o.ended_at < h.created_at) AS before,
           bool_or(o.created_at > h.ended_at
                   AND o.created_at <= h.ended_at + $17 * interval '1 hour') AS after
    FROM handled h
    JOIN call_facts o ON o.org_id = $1 AND o.subject_id = h.subject_id AND o.call_id <> h.call_id
    WHERE o.direction = 'inbound' AND o.handled_at IS NOT NULL AND ($10 OR NOT o.test)
      -- No call lasts longer than a day.
      AND o.created_at >= h.created_at - ($17 + 24) * interval '1 hour'
      AND o.created_at <= h.ended_at + $17 * interval '1 hour'
      AND coalesce('topic ' || o.topic, o.queue_id::text, o.queue_label, o.dialed)
          IS NOT DISTINCT FROM h.about
      -- Which follows for all of them together, and keeps the rest of the table out.
      AND o.created_at >= ($2::timestamptz[])[1] - ($17 + 24) * interval '1 hour'
      AND o.created_at <= (SELECT max(ended_at) FROM handled) + $17 * interval '1 hour'
    GROUP BY h.call_id
)
SELECT grouping(slot) = 1 AS "total!", slot, queue, campaign, agent, disposition, team,
       count(*) AS "eligible!",
       count(*) FILTER (WHERE ($18 OR resolves) AND NOT coalesce(after, false)) AS "resolved!",
       count(*) FILTER (
           WHERE ended_at + $17 * interval '1 hour' > clock_timestamp()) AS "open!"
FROM handled LEFT JOIN others USING (call_id)
WHERE NOT coalesce(before, false)
GROUP BY GROUPING SETS ((slot, queue, campaign, agent, disposition, team), ())
ORDER BY 1 DESC
LIMIT $14
