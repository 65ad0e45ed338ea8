-- What was heard and said in the menus of sessions that are over, by the instant that the session
-- began, per slot, flow and menu; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, flow, menu,
       coalesce(sum(visits) FILTER (WHERE outcome IS NOT NULL), 0)::bigint AS "visits!",
       coalesce(sum(inputs) FILTER (WHERE outcome IS NOT NULL), 0)::bigint AS "inputs!",
       coalesce(sum(matched) FILTER (WHERE outcome IS NOT NULL), 0)::bigint AS "matched!",
       coalesce(sum(timeouts) FILTER (WHERE outcome IS NOT NULL), 0)::bigint AS "timeouts!",
       count(*) FILTER (WHERE exited) AS "exits!",
       count(*) FILTER (WHERE exited AND outcome = 'abandoned') AS "abandoned!",
       coalesce(sum(ms) FILTER (WHERE outcome IS NOT NULL), 0)::bigint AS "ms!",
       count(*) FILTER (WHERE outcome IS NULL) AS "open!"
FROM (
    SELECT ($3::int[])[width_bucket(s.entered_at, $2::timestamptz[])] AS slot,
           CASE WHEN $6 THEN s.flow_id::text END AS flow,
           CASE WHEN $9 THEN m.menu_id::text END AS menu,
           m.visits, m.inputs, m.matched, m.timeouts, m.exited, m.ms, s.outcome
    FROM ivr_sessions s
    JOIN ivr_session_menus m USING (org_id, call_id, session)
    JOIN call_facts f USING (org_id, call_id)
    WHERE s.org_id = $1 AND s.entered_at >= ($2::timestamptz[])[1] AND s.entered_at < $4
      AND (cardinality($5::uuid[]) = 0 OR s.flow_id = ANY ($5))
      AND ($8 OR NOT f.test)
) menus
GROUP BY GROUPING SETS ((slot, flow, menu), ())
ORDER BY 1 DESC
LIMIT $7
