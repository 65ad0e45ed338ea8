-- An agent of an organization.
SELECT version, state::text AS "state!" FROM agent_live WHERE org_id = $1 AND agent_id = $2
