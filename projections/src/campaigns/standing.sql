-- How the campaigns of an organization stand, or those for which a team calls.
SELECT campaign_id, status, coalesce((state ->> 'throttled')::boolean, false) AS "throttled!"
FROM campaigns
WHERE org_id = $1 AND ($2::uuid IS NULL OR $2 = ANY (teams))
ORDER BY campaign_id
