-- Calls that began before a batch, as they are now. What a call begins with never changes.
INSERT INTO call_facts (
    org_id, call_id, last_position, updated_at, direction, provider, subject_id, test, queue_id,
    queue_label, campaign_id, campaign_label, agent_id, agent_label, created_at, ringing_at,
    answered_at, ended_at, handled_at, answered_by, end_status, ring_ms, queue_ms, talk_ms,
    hold_ms, wrap_ms, handle_ms, total_ms, holds, agent_segments, queue_segments, disposition,
    human_contact, right_party, conversion, resolved, rating, connected_ms, connected_at,
    handling_until, held_at, wrapping_since, identified, dialed, resolves, topic)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::uuid[],
    $8::bool[], $9::uuid[], $10::text[], $11::uuid[], $12::text[], $13::uuid[], $14::text[],
    $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[],
    $19::timestamptz[], $20::text[], $21::text[], $22::bigint[], $23::bigint[], $24::bigint[],
    $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::int[], $30::int[],
    $31::int[], $32::text[], $33::bool[], $34::bool[], $35::bool[], $36::bool[], $37::smallint[],
    $38::bigint[], $39::timestamptz[], $40::timestamptz[], $41::timestamptz[], $42::timestamptz[],
    $43::bool[], $44::text[], $45::bool[], $46::text[])
ON CONFLICT (org_id, call_id) DO UPDATE SET
    last_position = excluded.last_position, updated_at = excluded.updated_at,
    queue_id = excluded.queue_id, agent_id = excluded.agent_id, ringing_at = excluded.ringing_at,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    handled_at = excluded.handled_at, answered_by = excluded.answered_by,
    end_status = excluded.end_status, ring_ms = excluded.ring_ms, queue_ms = excluded.queue_ms,
    talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms, wrap_ms = excluded.wrap_ms,
    handle_ms = excluded.handle_ms, total_ms = excluded.total_ms, holds = excluded.holds,
    agent_segments = excluded.agent_segments, queue_segments = excluded.queue_segments,
    disposition = excluded.disposition, human_contact = excluded.human_contact,
    right_party = excluded.right_party, conversion = excluded.conversion,
    resolved = excluded.resolved, rating = excluded.rating, connected_ms = excluded.connected_ms,
    connected_at = excluded.connected_at, handling_until = excluded.handling_until,
    held_at = excluded.held_at, wrapping_since = excluded.wrapping_since,
    resolves = excluded.resolves, topic = excluded.topic
