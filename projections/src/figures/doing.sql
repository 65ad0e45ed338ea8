-- How many agents who take calls do what, of all or of some.
SELECT l.activity, count(*) AS "count!"
FROM agent_directory d JOIN agent_live l ON l.org_id = d.org_id AND l.agent_id = d.agent_id
WHERE d.org_id = $1 AND d.active AND ($2::uuid[] IS NULL OR d.agent_id = ANY ($2))
GROUP BY l.activity
ORDER BY l.activity
