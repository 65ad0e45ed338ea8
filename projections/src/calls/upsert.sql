-- The calls of a batch as they are now.
INSERT INTO calls (
    org_id, call_id, version, last_position, updated_at, status, stage, direction, agent_id,
    queue_id, campaign_id, contact_id, subject_id, disposition, created_at, ended_at, total_ms,
    live, state)
SELECT u.org_id, u.call_id, u.version, u.last_position, u.updated_at, u.status, u.stage,
       u.direction, u.agent_id, u.queue_id, u.campaign_id, u.contact_id, u.subject_id,
       u.disposition, u.created_at, u.ended_at, u.total_ms, u.live, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::text[],
            $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[],
            $13::uuid[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::bigint[],
            $18::bool[], $19::text[])
    AS u(org_id, call_id, version, last_position, updated_at, status, stage, direction, agent_id,
         queue_id, campaign_id, contact_id, subject_id, disposition, created_at, ended_at,
         total_ms, live, state)
ON CONFLICT (org_id, call_id) DO UPDATE SET
    version = excluded.version, last_position = excluded.last_position,
    updated_at = excluded.updated_at, status = excluded.status, stage = excluded.stage,
    direction = excluded.direction, agent_id = excluded.agent_id, queue_id = excluded.queue_id,
    campaign_id = excluded.campaign_id, contact_id = excluded.contact_id,
    subject_id = excluded.subject_id, disposition = excluded.disposition,
    created_at = excluded.created_at, ended_at = excluded.ended_at,
    total_ms = excluded.total_ms, live = excluded.live, state = excluded.state
