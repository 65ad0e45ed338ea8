-- How long the last 50 calls of queues took that were handled within a day.
SELECT q.queue, count(f.handle_ms) AS "handled!", coalesce(sum(f.handle_ms), 0)::bigint AS "ms!"
FROM unnest($2::text[]) q(queue)
LEFT JOIN LATERAL (
    SELECT handle_ms FROM call_facts
    WHERE org_id = $1 AND handled_at >= clock_timestamp() - interval '1 day' AND NOT test
      AND coalesce(queue_id::text, queue_label) IS NOT DISTINCT FROM q.queue
    ORDER BY handled_at DESC
    LIMIT 50
) f ON true
GROUP BY q.queue
