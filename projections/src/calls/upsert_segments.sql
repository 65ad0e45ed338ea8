-- Agents' parts of the calls of a batch as they are now. Who has left for somebody else, has left.
INSERT INTO call_segments AS s (
    org_id, call_id, segment_no, agent_id, agent_label, queue_id, queue_label, campaign_id,
    campaign_label, direction, subject_id, test, connected_at, disconnected_at, talk_ms, hold_ms,
    wrap_ms, handled_at, transferred)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::uuid[],
    $9::text[], $10::text[], $11::uuid[], $12::bool[], $13::timestamptz[], $14::timestamptz[],
    $15::bigint[], $16::bigint[], $17::bigint[], $18::timestamptz[], $19::bool[])
ON CONFLICT (org_id, call_id, segment_no) DO UPDATE SET
    queue_id = excluded.queue_id, disconnected_at = excluded.disconnected_at,
    talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms, wrap_ms = excluded.wrap_ms,
    handled_at = excluded.handled_at, transferred = s.transferred OR excluded.transferred
