-- The agents of a batch as they are now.
INSERT INTO agent_live (org_id, agent_id, version, presence, activity, routable, state)
SELECT a.org_id, a.agent_id, a.version, a.presence, a.activity, a.routable, a.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::boolean[], $7::text[])
    AS a(org_id, agent_id, version, presence, activity, routable, state)
ON CONFLICT (org_id, agent_id) DO UPDATE SET
    version = excluded.version, presence = excluded.presence, activity = excluded.activity,
    routable = excluded.routable, state = excluded.state
