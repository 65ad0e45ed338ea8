-- Calls that begin in a batch: there is no row of theirs yet.
INSERT INTO call_facts (
    org_id, call_id, last_position, updated_at, direction, provider, subject_id, test, queue_id,
    queue_label, campaign_id, campaign_label, agent_id, agent_label, created_at, ringing_at,
    answered_at, ended_at, handled_at, answered_by, end_status, ring_ms, queue_ms, talk_ms,
    hold_ms, wrap_ms, handle_ms, total_ms, holds, agent_segments, queue_segments, disposition,
    human_contact, right_party, conversion, resolved, rating, connected_ms, connected_at,
    handling_until, held_at, wrapping_since)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::uuid[],
    $8::bool[], $9::uuid[], $10::text[], $11::uuid[], $12::text[], $13::uuid[], $14::text[],
    $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[],
    $19::timestamptz[], $20::text[], $21::text[], $22::bigint[], $23::bigint[], $24::bigint[],
    $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::int[], $30::int[],
    $31::int[], $32::text[], $33::bool[], $34::bool[], $35::bool[], $36::bool[], $37::smallint[],
    $38::bigint[], $39::timestamptz[], $40::timestamptz[], $41::timestamptz[], $42::timestamptz[])
