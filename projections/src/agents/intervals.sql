-- What an agent did before a place, newest first.
SELECT began_with, activity, reason_code, set_by, note, call_id, started_at, ended_at
FROM agent_intervals
WHERE org_id = $1 AND agent_id = $2
  AND ($3::bigint IS NULL OR began_with < $3)
  -- What was over as it began was not done: several facts have one instant.
  AND (ended_at IS NULL OR ended_at > started_at)
  AND ($4::timestamptz IS NULL OR ended_at > $4 OR ended_at IS NULL)
  AND ($5::timestamptz IS NULL OR started_at < $5)
ORDER BY began_with DESC
LIMIT $6
