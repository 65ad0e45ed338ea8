-- An import of an organization.
SELECT version, state::text AS "state!" FROM imports WHERE org_id = $1 AND import_id = $2
