-- For how many minutes the calls of a campaign have taken: each that has begun, from the answer on.
SELECT coalesce(sum(greatest(1, ceil(
           extract(epoch FROM coalesce(ended_at, greatest($3, answered_at)) - answered_at) / 60
       ))), 0)::bigint AS "minutes!"
FROM campaign_attempts
WHERE org_id = $1 AND campaign_id = $2 AND answered_at IS NOT NULL
