-- What agents did while they were signed in, as far as it lies in each slot, per slot and agent; the
-- first row is the total. Whoever did one thing all the time began it before: the last interval that
-- began before a period may reach into it.
SELECT grouping(slot) = 1 AS "total!", slot, agent,
       count(*) AS "stretches!",
       coalesce(sum(ms), 0)::bigint AS "signed_in_ms!",
       coalesce(sum(ms) FILTER (WHERE activity = 'on_call'), 0)::bigint AS "on_call_ms!",
       coalesce(sum(ms) FILTER (WHERE activity = 'wrap_up'), 0)::bigint AS "wrap_up_ms!",
       coalesce(sum(ms) FILTER (WHERE activity = 'available'), 0)::bigint AS "available_ms!",
       coalesce(sum(ms) FILTER (WHERE activity = 'reserved'), 0)::bigint AS "reserved_ms!",
       coalesce(sum(ms) FILTER (WHERE activity = 'break'), 0)::bigint AS "break_ms!",
       coalesce(sum(ms) FILTER (WHERE activity = 'training'), 0)::bigint AS "training_ms!",
       coalesce(sum(ms) FILTER (WHERE activity IN ('busy', 'missed')), 0)::bigint AS "busy_ms!"
FROM (
    SELECT ($3::int[])[n] AS slot, CASE WHEN $6 THEN i.agent_id::text END AS agent, i.activity,
           extract(epoch FROM least(i.until, coalesce(($2::timestamptz[])[n + 1], $4))
                              - greatest(i.started_at, ($2::timestamptz[])[n])) * 1000 AS ms
    FROM agent_directory d,
        LATERAL (
            SELECT i.agent_id, i.activity, i.started_at,
                   least(coalesce(i.ended_at, clock_timestamp()), $4) AS until
            FROM (
                (SELECT * FROM agent_intervals
                 WHERE org_id = $1 AND agent_id = d.agent_id
                   AND started_at >= ($2::timestamptz[])[1] AND started_at < $4)
                UNION ALL
                (SELECT * FROM agent_intervals
                 WHERE org_id = $1 AND agent_id = d.agent_id
                   AND started_at < ($2::timestamptz[])[1]
                 ORDER BY started_at DESC, began_with DESC LIMIT 1)
            ) i
            WHERE i.activity <> 'offline'
        ) i,
        LATERAL generate_series(
            greatest(width_bucket(i.started_at, $2::timestamptz[]), 1),
            width_bucket(i.until, $2::timestamptz[])
        ) n
    WHERE d.org_id = $1
      AND (cardinality($5::uuid[]) = 0 OR d.agent_id = ANY ($5))
      AND i.until > greatest(i.started_at, ($2::timestamptz[])[n])
) stretches
GROUP BY GROUPING SETS ((slot, agent), ())
ORDER BY 1 DESC
LIMIT $7
