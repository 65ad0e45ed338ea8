-- The agents of a batch that are there already.
SELECT a.org_id, a.agent_id, a.version, a.state::text AS "state!"
FROM agent_live a
WHERE (a.org_id, a.agent_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
