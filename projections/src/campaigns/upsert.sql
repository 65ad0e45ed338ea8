-- The campaigns of a batch as they are now.
INSERT INTO campaigns (org_id, campaign_id, version, status, mode, teams, agents, created_at,
                       state)
SELECT u.org_id, u.campaign_id, u.version, u.status, u.mode, u.teams::uuid[], u.agents::uuid[],
       u.created_at, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::timestamptz[], $9::text[])
    AS u(org_id, campaign_id, version, status, mode, teams, agents, created_at, state)
ON CONFLICT (org_id, campaign_id) DO UPDATE SET
    version = excluded.version, status = excluded.status, mode = excluded.mode,
    teams = excluded.teams, agents = excluded.agents, created_at = excluded.created_at,
    state = excluded.state
