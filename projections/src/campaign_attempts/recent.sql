-- The last attempts of a campaign that are over, how many of them a person answered, and after how
-- many milliseconds on average.
SELECT count(*) AS "attempts!", count(l.live_at) AS "live!",
       coalesce((avg(extract(epoch FROM l.answered_at - l.initiated_at)) * 1000)::bigint, 0)
           AS "answer_ms!"
FROM (SELECT live_at, answered_at, initiated_at FROM campaign_attempts
      WHERE org_id = $1 AND campaign_id = $2 AND ended_at IS NOT NULL
        AND dial_mode IN ('progressive', 'power', 'predictive')
      ORDER BY ended_at DESC LIMIT $3) l
