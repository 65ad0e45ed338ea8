-- When calls were made that go on, or that are over, newest first after a place: of some agents, of
-- a campaign, in a time, and among some calls, where any of these is named. The planner sees the
-- parameters.
SELECT call_id, created_at
FROM calls
WHERE org_id = $1 AND live = $10::bool
  AND CASE cardinality($2::uuid[]) WHEN 0 THEN true WHEN 1 THEN agent_id = ($2)[1]
      ELSE agent_id = ANY ($2) END
  AND ($3::uuid IS NULL OR campaign_id = $3)
  AND ($4::timestamptz IS NULL OR created_at >= $4)
  AND ($5::timestamptz IS NULL OR created_at < $5)
  AND ($6::uuid[] IS NULL OR call_id = ANY ($6))
  AND ($7::timestamptz IS NULL OR (created_at, call_id) < ($7, $8::uuid))
ORDER BY created_at DESC, call_id DESC
LIMIT $9
