-- Calls that begin in a batch: no row of theirs is there. The columns are those of `CallFact`.
COPY call_facts (
    org_id, call_id, last_position, updated_at, direction, provider, subject_id, test, queue_id,
    queue_label, campaign_id, campaign_label, agent_id, agent_label, created_at, ringing_at,
    answered_at, ended_at, handled_at, answered_by, end_status, ring_ms, queue_ms, talk_ms,
    hold_ms, wrap_ms, handle_ms, total_ms, holds, agent_segments, queue_segments, disposition,
    human_contact, right_party, conversion, resolved, rating, connected_ms, connected_at,
    handling_until, held_at, wrapping_since, identified, dialed, resolves, topic)
FROM STDIN (FORMAT BINARY)
