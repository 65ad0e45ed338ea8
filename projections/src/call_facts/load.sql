-- The facts of calls that began before a batch. LIMIT makes it one look at the key per call,
-- whatever the planner believes about a table that has just been filled.
SELECT
    f.org_id, f.call_id, f.last_position, f.updated_at, f.direction, f.provider, f.subject_id,
    f.test, f.queue_id, f.queue_label, f.campaign_id, f.campaign_label, f.agent_id, f.agent_label,
    f.created_at, f.ringing_at, f.answered_at, f.ended_at, f.handled_at, f.answered_by,
    f.end_status, f.ring_ms, f.queue_ms, f.talk_ms, f.hold_ms, f.wrap_ms, f.handle_ms, f.total_ms,
    f.holds, f.agent_segments, f.queue_segments, f.disposition, f.human_contact, f.right_party,
    f.conversion, f.resolved, f.rating, f.connected_ms, f.connected_at, f.handling_until,
    f.held_at, f.wrapping_since, f.identified, f.dialed, f.resolves, f.topic
FROM unnest($1::uuid[], $2::uuid[]) AS k(org_id, call_id),
    LATERAL (SELECT * FROM call_facts
             WHERE org_id = k.org_id AND call_id = k.call_id LIMIT 1) f
