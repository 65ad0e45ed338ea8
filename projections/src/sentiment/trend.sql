-- What an engine in a version has found of calls by their answer, per bucket; 0 is all of them.
SELECT coalesce(slot, 0) AS "slot!",
       count(*) AS "calls!",
       coalesce(sum(score), 0)::bigint AS "sum!",
       stddev_pop(score::float8) AS sd,
       percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY score::float8)
           AS percentiles,
       count(*) FILTER (WHERE label = 'positive') AS "positive!",
       count(*) FILTER (WHERE label = 'negative') AS "negative!"
FROM (
    SELECT width_bucket(f.answered_at, $2::timestamptz[]) AS slot, p.score, p.label
    FROM call_facts f
    JOIN sentiment_points p ON p.org_id = f.org_id AND p.call_id = f.call_id
    WHERE f.org_id = $1 AND f.answered_at >= ($2::timestamptz[])[1] AND f.answered_at < $3
      AND p.engine = $4 AND p.engine_version = $5
      AND ($6::text IS NULL OR f.direction = $6)
      AND (cardinality($7::uuid[]) = 0 OR f.queue_id = ANY ($7))
      AND (cardinality($8::uuid[]) = 0 OR f.campaign_id = ANY ($8))
      AND (cardinality($9::uuid[]) = 0 OR f.agent_id = ANY ($9))
      AND ($10 OR NOT f.test)
) points
GROUP BY GROUPING SETS ((slot), ())
