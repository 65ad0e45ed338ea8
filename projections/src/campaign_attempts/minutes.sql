-- For how many minutes the calls of a campaign have taken: each that has begun, from the answer on.
-- First those of calls that were begun before all of these instants, then those from each on.
SELECT width_bucket(initiated_at, $4) AS "bucket!",
       sum(greatest(1, ceil(
           extract(epoch FROM coalesce(ended_at, greatest($3, answered_at)) - answered_at) / 60
       )))::bigint AS "minutes!"
FROM campaign_attempts
WHERE org_id = $1 AND campaign_id = $2 AND answered_at IS NOT NULL
GROUP BY 1
