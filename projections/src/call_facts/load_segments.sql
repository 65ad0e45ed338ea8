-- The waits of calls that began before a batch, in their order.
SELECT
    s.org_id, s.call_id, s.queue_segment, s.queue_id, s.queue_label, s.campaign_id,
    s.campaign_label, s.agent_id, s.agent_label, s.direction, s.subject_id, s.test, s.queued_at,
    s.dequeued_at, s.reason, s.wait_ms
FROM unnest($1::uuid[], $2::uuid[]) AS k(org_id, call_id),
    LATERAL (SELECT * FROM queue_segments
             WHERE org_id = k.org_id AND call_id = k.call_id
             ORDER BY queue_segment LIMIT 1000) s
