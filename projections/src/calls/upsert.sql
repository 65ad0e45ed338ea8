-- The calls of a batch as they are now.
INSERT INTO calls (
    org_id, call_id, version, last_position, updated_at, status, stage, direction, agent_id,
    queue_id, campaign_id, contact_id, subject_id, disposition, created_at, ended_at, total_ms,
    live, state)
SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::bigint[]),
       unnest($5::timestamptz[]), unnest($6::text[]), unnest($7::text[]), unnest($8::text[]),
       unnest($9::uuid[]), unnest($10::uuid[]), unnest($11::uuid[]), unnest($12::uuid[]),
       unnest($13::uuid[]), unnest($14::text[]), unnest($15::timestamptz[]),
       unnest($16::timestamptz[]), unnest($17::bigint[]), unnest($18::bool[]),
       unnest($19::text[])::json
ON CONFLICT (org_id, call_id) DO UPDATE SET
    version = excluded.version, last_position = excluded.last_position,
    updated_at = excluded.updated_at, status = excluded.status, stage = excluded.stage,
    direction = excluded.direction, agent_id = excluded.agent_id, queue_id = excluded.queue_id,
    campaign_id = excluded.campaign_id, contact_id = excluded.contact_id,
    subject_id = excluded.subject_id, disposition = excluded.disposition,
    created_at = excluded.created_at, ended_at = excluded.ended_at,
    total_ms = excluded.total_ms, live = excluded.live, state = excluded.state
