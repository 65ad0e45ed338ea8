-- Agents' parts of the calls of a batch as they are now. Who has left for somebody else, has left.
INSERT INTO call_segments AS s (
    org_id, call_id, segment_no, agent_id, agent_label, queue_id, queue_label, campaign_id,
    campaign_label, direction, subject_id, test, connected_at, disconnected_at, talk_ms, hold_ms,
    wrap_ms, handled_at, transferred)
SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::int[]), unnest($4::uuid[]),
       unnest($5::text[]), unnest($6::uuid[]), unnest($7::text[]), unnest($8::uuid[]),
       unnest($9::text[]), unnest($10::text[]), unnest($11::uuid[]), unnest($12::bool[]),
       unnest($13::timestamptz[]), unnest($14::timestamptz[]), unnest($15::bigint[]),
       unnest($16::bigint[]), unnest($17::bigint[]), unnest($18::timestamptz[]),
       unnest($19::bool[])
ON CONFLICT (org_id, call_id, segment_no) DO UPDATE SET
    queue_id = excluded.queue_id, disconnected_at = excluded.disconnected_at,
    talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms, wrap_ms = excluded.wrap_ms,
    handled_at = excluded.handled_at, transferred = s.transferred OR excluded.transferred
