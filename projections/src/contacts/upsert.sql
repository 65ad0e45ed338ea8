-- The contacts of a batch as they are now.
INSERT INTO contacts (org_id, contact_id, version, campaign_id, subject_id, status, callback,
                      agent_id, due_at, priority, tried, started, outcome, conversion, tags,
                      created_at, state)
SELECT u.org_id, u.contact_id, u.version, u.campaign_id, u.subject_id, u.status, u.callback,
       u.agent_id, u.due_at, u.priority, u.tried, u.started, u.outcome, u.conversion,
       ARRAY (SELECT json_array_elements_text(u.tags::json)), u.created_at, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[],
            $7::boolean[], $8::uuid[], $9::timestamptz[], $10::smallint[], $11::integer[],
            $12::integer[], $13::text[], $14::boolean[], $15::text[], $16::timestamptz[],
            $17::text[])
    AS u(org_id, contact_id, version, campaign_id, subject_id, status, callback, agent_id, due_at,
         priority, tried, started, outcome, conversion, tags, created_at, state)
ON CONFLICT (org_id, contact_id) DO UPDATE SET
    version = excluded.version, campaign_id = excluded.campaign_id,
    subject_id = excluded.subject_id, status = excluded.status, callback = excluded.callback,
    agent_id = excluded.agent_id, due_at = excluded.due_at, priority = excluded.priority,
    tried = excluded.tried, started = excluded.started, outcome = excluded.outcome,
    conversion = excluded.conversion, tags = excluded.tags, created_at = excluded.created_at,
    state = excluded.state
