-- What each version of an engine has found of calls by their answer, per bucket; 0 is all of them.
-- The version that has found something of most calls comes first.
SELECT engine AS "engine!", engine_version AS "engine_version!", coalesce(slot, 0) AS "slot!",
       count(*) AS "calls!",
       coalesce(sum(score), 0)::bigint AS "sum!",
       stddev_pop(score::float8) AS sd,
       percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY score::float8)
           AS percentiles,
       count(*) FILTER (WHERE label = 'positive') AS "positive!",
       count(*) FILTER (WHERE label = 'negative') AS "negative!"
FROM (
    SELECT p.engine, p.engine_version, width_bucket(f.answered_at, $2::timestamptz[]) AS slot,
           p.score, p.label
    FROM call_facts f
    JOIN sentiment_points p ON p.org_id = f.org_id AND p.call_id = f.call_id
    WHERE f.org_id = $1 AND f.answered_at >= ($2::timestamptz[])[1] AND f.answered_at < $3
      AND ($4::text IS NULL OR f.direction = $4)
      AND (cardinality($5::uuid[]) = 0 OR f.queue_id = ANY ($5))
      AND (cardinality($6::uuid[]) = 0 OR f.campaign_id = ANY ($6))
      AND (cardinality($7::uuid[]) = 0 OR f.agent_id = ANY ($7))
      AND ($8 OR NOT f.test)
) points
GROUP BY GROUPING SETS ((engine, engine_version, slot), (engine, engine_version))
ORDER BY count(*) DESC, engine, engine_version DESC
