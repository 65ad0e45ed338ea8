-- The teams of a batch as they are now.
INSERT INTO teams (org_id, team_id, version, parent_team_id, archived, created_at, state)
SELECT t.org_id, t.team_id, t.version, t.parent_team_id, t.archived, t.created_at, t.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::boolean[], $6::timestamptz[],
            $7::text[])
    AS t(org_id, team_id, version, parent_team_id, archived, created_at, state)
ON CONFLICT (org_id, team_id) DO UPDATE SET
    version = excluded.version, parent_team_id = excluded.parent_team_id,
    archived = excluded.archived, state = excluded.state
