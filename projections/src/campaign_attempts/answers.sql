-- Since an instant: how many calls that were dialed by themselves a person answered, and how many of
-- these found no agent within so many milliseconds.
SELECT count(*) AS "live!",
       count(*) FILTER (WHERE dropped
           OR coalesce(connected_at, ended_at) > live_at + $4::bigint * interval '1 ms'
       ) AS "abandoned!"
FROM campaign_attempts
WHERE org_id = $1 AND campaign_id = $2 AND live_at >= $3
  AND dial_mode IN ('progressive', 'power', 'predictive')
