-- For how many minutes the calls of campaigns have taken that began in a time: each that has begun,
-- from the answer on; and how many conversions they were. Per campaign and price: first those that
-- were begun before all instants of the campaign, then those from each on.
SELECT a.campaign_id, width_bucket(a.initiated_at, p.since::timestamptz[]) AS "price!",
       coalesce(sum(greatest(1, ceil(extract(
           epoch FROM coalesce(a.ended_at, greatest($6, a.answered_at)) - a.answered_at
       ) / 60))) FILTER (WHERE a.answered_at IS NOT NULL), 0)::bigint AS "minutes!",
       count(*) FILTER (WHERE a.conversion) AS "conversions!"
FROM unnest($2::uuid[], $3::text[]) AS p(campaign_id, since)
JOIN campaign_attempts a ON a.org_id = $1 AND a.campaign_id = p.campaign_id
WHERE a.initiated_at >= $4 AND a.initiated_at < $5 AND a.submitted
GROUP BY 1, 2
