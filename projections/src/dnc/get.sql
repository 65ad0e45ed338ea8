-- An entry of an organization.
SELECT version, state::text AS "state!" FROM dnc WHERE org_id = $1 AND entry_id = $2
