-- How many contacts of a campaign there are in each state.
SELECT status, count(*) AS "count!"
FROM contacts
WHERE org_id = $1 AND campaign_id = $2
GROUP BY status
ORDER BY status
