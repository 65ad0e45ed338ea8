-- How many wait in which queue, and since when the first of them.
SELECT coalesce(queue_id::text, queue_label) AS queue, count(*) AS "waiting!",
       min(queued_at) AS "since!"
FROM queue_segments
WHERE org_id = $1 AND reason IS NULL AND NOT test
GROUP BY 1
ORDER BY 1
