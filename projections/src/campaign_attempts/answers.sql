-- Since an instant of each campaign: how many calls that were dialed by themselves a person
-- answered, and how many of these found no agent within so many milliseconds. The first row is the
-- total.
SELECT grouping(p.campaign_id) = 1 AS "total!", NULL::int AS slot, p.campaign_id::text AS campaign,
       count(a.call_id) AS "live!",
       count(*) FILTER (WHERE a.dropped
           OR coalesce(a.connected_at, a.ended_at) > a.live_at + p.ms * interval '1 ms'
       ) AS "abandoned!"
FROM unnest($2::uuid[], $3::timestamptz[], $4::bigint[]) AS p(campaign_id, since, ms)
LEFT JOIN campaign_attempts a
    ON a.org_id = $1 AND a.campaign_id = p.campaign_id AND a.live_at >= p.since
    AND a.dial_mode IN ('progressive', 'power', 'predictive')
GROUP BY GROUPING SETS ((p.campaign_id), ())
ORDER BY 1 DESC
