-- The calls behind a figure of a cell, newest first, after a place; and how many there are, where
-- that is asked, counted up to a limit. The conditions are those of volume, handling, judgment and
-- waiting.
WITH facts AS (
    SELECT f.call_id FROM call_facts f
    CROSS JOIN LATERAL (SELECT CASE $2 WHEN 'volume' THEN f.created_at WHEN 'handling'
        THEN f.handled_at WHEN 'judgment' THEN f.answered_at END AS at) cohort
    WHERE f.org_id = $1 AND $2 <> 'waiting'
      AND cohort.at >= ($4::timestamptz[])[1] AND cohort.at < $6
      AND ($5::int[])[width_bucket(cohort.at, $4::timestamptz[])] = $7
      AND CASE $3 WHEN 'all' THEN true WHEN 'answered' THEN f.answered_at IS NOT NULL
          WHEN 'conversion' THEN f.conversion WHEN 'contact' THEN f.human_contact
          WHEN 'right_party' THEN f.right_party WHEN 'ended' THEN f.ended_at IS NOT NULL
          WHEN 'held' THEN f.holds > 0 WHEN 'wrapped' THEN f.wrap_ms IS NOT NULL
          WHEN 'resolved' THEN f.resolved WHEN 'judged' THEN f.resolved IS NOT NULL
          WHEN 'rated' THEN f.rating IS NOT NULL END
      AND ($8::text IS NULL OR f.direction = $8)
      AND (cardinality($9::uuid[]) = 0 OR f.queue_id = ANY ($9))
      AND (cardinality($10::uuid[]) = 0 OR f.campaign_id = ANY ($10))
      AND (cardinality($11::uuid[]) = 0 OR f.agent_id = ANY ($11))
      AND ($12 OR NOT f.test)
      AND (NOT $13 OR coalesce(f.queue_id::text, f.queue_label) IS NOT DISTINCT FROM $14)
      AND (NOT $15 OR coalesce(f.campaign_id::text, f.campaign_label) IS NOT DISTINCT FROM $16)
      AND (NOT $17 OR coalesce(f.agent_id::text, f.agent_label) IS NOT DISTINCT FROM $18)
      AND (NOT $19 OR f.disposition IS NOT DISTINCT FROM $20)
      AND (NOT $32 OR CASE WHEN $33::text IS NULL
          THEN NOT EXISTS (SELECT FROM teams_now($1) WHERE member = f.agent_id)
          ELSE EXISTS (SELECT FROM teams_now($1)
                       WHERE member = f.agent_id AND team = $33) END)
    UNION
    SELECT q.call_id FROM queue_segments q
    WHERE q.org_id = $1 AND $2 = 'waiting'
      AND q.queued_at >= ($4::timestamptz[])[1] AND q.queued_at < $6
      AND ($5::int[])[width_bucket(q.queued_at, $4::timestamptz[])] = $7
      AND CASE $3 WHEN 'all' THEN q.reason IS NOT NULL
          WHEN 'waiting' THEN q.reason IS NULL
          WHEN 'flowed_out' THEN q.reason NOT IN ('answered', 'abandoned')
          WHEN 'short' THEN q.reason = 'abandoned' AND q.wait_ms < $27
          WHEN 'left' THEN q.reason = 'abandoned' AND NOT ($28 AND q.wait_ms < $27)
          WHEN 'kept' THEN q.reason IS NOT NULL
              AND NOT (q.reason = 'abandoned' AND $28 AND q.wait_ms < $27)
          WHEN 'served' THEN CASE q.reason WHEN 'answered' THEN true
              WHEN 'abandoned' THEN $29 AND NOT ($28 AND q.wait_ms < $27)
              ELSE q.reason IS NOT NULL AND $30 END
          ELSE q.reason = $3 END
      AND (NOT $31 OR q.queue_segment = 1)
      AND ($8::text IS NULL OR q.direction = $8)
      AND (cardinality($9::uuid[]) = 0 OR q.queue_id = ANY ($9))
      AND (cardinality($10::uuid[]) = 0 OR q.campaign_id = ANY ($10))
      AND (cardinality($11::uuid[]) = 0 OR q.agent_id = ANY ($11))
      AND ($12 OR NOT q.test)
      AND (NOT $13 OR coalesce(q.queue_id::text, q.queue_label) IS NOT DISTINCT FROM $14)
      AND (NOT $15 OR coalesce(q.campaign_id::text, q.campaign_label) IS NOT DISTINCT FROM $16)
      AND (NOT $17 OR coalesce(q.agent_id::text, q.agent_label) IS NOT DISTINCT FROM $18)
      AND (NOT $19 OR $20::text IS NULL)
      AND (NOT $32 OR CASE WHEN $33::text IS NULL
          THEN NOT EXISTS (SELECT FROM teams_now($1) WHERE member = q.agent_id)
          ELSE EXISTS (SELECT FROM teams_now($1)
                       WHERE member = q.agent_id AND team = $33) END)
), behind AS (
    SELECT c.call_id, c.created_at
    FROM facts JOIN calls c ON c.org_id = $1 AND c.call_id = facts.call_id
    WHERE cardinality($21::uuid[]) = 0 OR c.agent_id = ANY ($21)
)
SELECT c.call_id, c.version, c.state::text AS "state!",
       CASE WHEN $25 THEN (SELECT count(*) FROM (SELECT FROM behind LIMIT $26) counted) END AS total
FROM behind b JOIN calls c ON c.org_id = $1 AND c.call_id = b.call_id
WHERE $22::timestamptz IS NULL OR (b.created_at, b.call_id) < ($22, $23::uuid)
ORDER BY b.created_at DESC, b.call_id DESC
LIMIT $24
