-- The waits of a batch's calls as they are now.
INSERT INTO queue_segments (
    org_id, call_id, queue_segment, queue_id, queue_label, campaign_id, campaign_label, agent_id,
    agent_label, direction, subject_id, test, queued_at, dequeued_at, reason, wait_ms)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::uuid[],
    $9::text[], $10::text[], $11::uuid[], $12::bool[], $13::timestamptz[], $14::timestamptz[],
    $15::text[], $16::bigint[])
ON CONFLICT (org_id, call_id, queue_segment) DO UPDATE SET
    agent_id = excluded.agent_id, dequeued_at = excluded.dequeued_at, reason = excluded.reason,
    wait_ms = excluded.wait_ms
