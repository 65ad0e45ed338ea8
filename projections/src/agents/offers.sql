-- What was offered to agents and not taken back, per slot and agent, by when it was offered; the
-- first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, agent,
       count(outcome) AS "offers!",
       count(*) FILTER (WHERE outcome = 'timed_out') AS "missed!",
       count(*) FILTER (WHERE outcome IS NULL) AS "open!"
FROM (
    SELECT ($3::int[])[width_bucket(offered_at, $2::timestamptz[])] AS slot,
           CASE WHEN $6 THEN agent_id::text END AS agent, outcome
    FROM agent_offers
    WHERE org_id = $1 AND offered_at >= ($2::timestamptz[])[1] AND offered_at < $4
      AND (cardinality($5::uuid[]) = 0 OR agent_id = ANY ($5))
      AND outcome IS DISTINCT FROM 'rescinded'
) offers
GROUP BY GROUPING SETS ((slot, agent), ())
ORDER BY 1 DESC
LIMIT $7
