-- How often the contacts of a campaign were called, and what has come of it.
SELECT started, outcome, conversion, count(*) AS "count!"
FROM contacts
WHERE org_id = $1 AND campaign_id = $2 AND status <> 'removed'
GROUP BY started, outcome, conversion
