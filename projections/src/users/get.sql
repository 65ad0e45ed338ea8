-- A user of an organization.
SELECT version, state::text AS "state!" FROM users WHERE org_id = $1 AND user_id = $2
