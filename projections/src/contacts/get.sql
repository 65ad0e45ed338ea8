-- A contact of an organization.
SELECT version, state::text AS "state!" FROM contacts WHERE org_id = $1 AND contact_id = $2
