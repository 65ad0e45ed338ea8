-- How far campaigns have come with their contacts; the first row is the total. Who was taken off
-- the list does not count.
SELECT grouping(campaign_id) = 1 AS "total!", NULL::int AS slot, NULL::text AS queue,
       campaign_id::text AS campaign, NULL::text AS agent, NULL::text AS disposition,
       NULL::text AS team,
       count(*) AS "contacts!",
       count(*) FILTER (WHERE status <> 'do_not_call') AS "callable!",
       count(*) FILTER (WHERE status <> 'do_not_call' AND started > 0) AS "called!",
       count(*) FILTER (WHERE status IN ('completed', 'failed', 'do_not_call')) AS "done!"
FROM contacts
WHERE org_id = $1 AND campaign_id = ANY ($2::uuid[]) AND status <> 'removed'
GROUP BY GROUPING SETS ((campaign_id), ())
ORDER BY 1 DESC
