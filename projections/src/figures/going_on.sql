-- How many calls that are not over are in which state, of all agents or of some.
SELECT status, count(*) AS "count!"
FROM calls
WHERE org_id = $1 AND live AND ($2::uuid[] IS NULL OR agent_id = ANY ($2))
GROUP BY status
ORDER BY status
