-- The steps of a call after one of them, oldest first.
SELECT sequence, position, event_id, kind, at, recorded_at, actor, summary, note
FROM call_timeline
WHERE org_id = $1 AND call_id = $2 AND sequence > $3
ORDER BY sequence
LIMIT $4
