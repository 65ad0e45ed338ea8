-- Calls that were made in a period and are asked for, after one of them, with what an engine in a
-- version has found of them. Nothing in a row tells who somebody is.
SELECT f.call_id, f.direction, f.provider, f.test, f.queue_id, f.queue_label, f.campaign_id,
       f.campaign_label, f.agent_id, f.created_at, f.ringing_at, f.answered_at, f.ended_at,
       f.handled_at, f.answered_by, f.end_status, f.ring_ms, f.queue_ms, f.talk_ms, f.hold_ms,
       f.wrap_ms, f.handle_ms, f.total_ms, f.holds, f.agent_segments, f.queue_segments,
       f.disposition, f.human_contact, f.right_party, f.conversion, f.resolved, f.rating,
       p.score AS "score?"
FROM call_facts f
LEFT JOIN sentiment_points p ON p.org_id = $1 AND p.engine = $9 AND p.engine_version = $10
                            AND p.call_id = f.call_id
WHERE f.org_id = $1 AND f.created_at >= $2 AND f.created_at < $3
  AND ($4::text IS NULL OR f.direction = $4)
  AND (cardinality($5::uuid[]) = 0 OR f.queue_id = ANY ($5))
  AND (cardinality($6::uuid[]) = 0 OR f.campaign_id = ANY ($6))
  AND (cardinality($7::uuid[]) = 0 OR f.agent_id = ANY ($7))
  AND ($8 OR NOT f.test)
  AND (f.created_at, f.call_id) > ($2, $11::uuid)
ORDER BY f.created_at, f.call_id
LIMIT $12
