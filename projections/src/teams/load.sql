-- The teams of a batch that are there already.
SELECT t.org_id, t.team_id, t.version, t.state::text AS "state!"
FROM teams t
WHERE (t.org_id, t.team_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
