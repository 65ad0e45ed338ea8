-- A campaign of an organization.
SELECT version, state::text AS "state!" FROM campaigns WHERE org_id = $1 AND campaign_id = $2
