-- The users of a batch as they are now.
INSERT INTO users (org_id, user_id, version, role, status, created_at, state)
SELECT u.org_id, u.user_id, u.version, u.role, u.status, u.created_at, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[],
            $7::text[])
    AS u(org_id, user_id, version, role, status, created_at, state)
ON CONFLICT (org_id, user_id) DO UPDATE SET
    version = excluded.version, role = excluded.role, status = excluded.status,
    state = excluded.state
