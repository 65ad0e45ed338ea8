-- The steps of a call after a place in the log, oldest first: all of them, or the call's own facts.
SELECT about, sequence, position, event_id, kind, at, recorded_at, actor, summary, note
FROM call_timeline
WHERE org_id = $1 AND call_id = $2 AND position > $3 AND ($4 OR about = 'call')
ORDER BY position
LIMIT $5
