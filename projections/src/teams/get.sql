-- A team of an organization.
SELECT version, state::text AS "state!" FROM teams WHERE org_id = $1 AND team_id = $2
