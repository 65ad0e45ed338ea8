-- The waits of a batch's calls as they are now.
INSERT INTO queue_segments (
    org_id, call_id, queue_segment, queue_id, queue_label, campaign_id, campaign_label, agent_id,
    agent_label, direction, subject_id, test, queued_at, dequeued_at, reason, wait_ms)
SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::int[]), unnest($4::uuid[]),
       unnest($5::text[]), unnest($6::uuid[]), unnest($7::text[]), unnest($8::uuid[]),
       unnest($9::text[]), unnest($10::text[]), unnest($11::uuid[]), unnest($12::bool[]),
       unnest($13::timestamptz[]), unnest($14::timestamptz[]), unnest($15::text[]),
       unnest($16::bigint[])
ON CONFLICT (org_id, call_id, queue_segment) DO UPDATE SET
    agent_id = excluded.agent_id, dequeued_at = excluded.dequeued_at, reason = excluded.reason,
    wait_ms = excluded.wait_ms
