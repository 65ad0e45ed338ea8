-- How long the last 50 calls of queues took that were handled within a day: of queues that have an
-- id one look at the index each, of those that have but a name one look at the day.
SELECT queue, count(handle_ms) AS "handled!", coalesce(sum(handle_ms), 0)::bigint AS "ms!"
FROM (
    SELECT q.id::text AS queue, f.handle_ms
    FROM unnest($2::uuid[]) q(id),
        LATERAL (SELECT handle_ms FROM call_facts
                 WHERE org_id = $1 AND queue_id = q.id AND NOT test
                   AND handled_at >= clock_timestamp() - interval '1 day'
                 ORDER BY handled_at DESC LIMIT 50) f
    UNION ALL
    SELECT queue_label, handle_ms
    FROM (SELECT queue_label, handle_ms,
                 row_number() OVER (PARTITION BY queue_label ORDER BY handled_at DESC) AS place
          FROM call_facts
          WHERE $3 AND org_id = $1 AND queue_id IS NULL AND NOT test
            AND handled_at >= clock_timestamp() - interval '1 day') named
    WHERE place <= 50
) handled
GROUP BY queue
