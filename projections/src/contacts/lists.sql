-- How far campaigns have come with their contacts; the first row is the total. Who was taken off
-- the list does not count.
SELECT grouping(campaign_id) = 1 AS "total!", NULL::int AS slot, campaign_id::text AS campaign,
       count(*) AS "contacts!",
       count(*) FILTER (WHERE status <> 'do_not_call') AS "callable!",
       count(*) FILTER (WHERE status <> 'do_not_call' AND started > 0) AS "called!",
       count(*) FILTER (WHERE status IN ('completed', 'failed', 'do_not_call')) AS "done!"
FROM contacts
WHERE org_id = $1 AND campaign_id = ANY ($2::uuid[]) AND status <> 'removed'
GROUP BY GROUPING SETS ((campaign_id), ())
ORDER BY 1 DESC
