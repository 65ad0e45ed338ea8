-- What became of sessions, by the instant that they began, per slot and flow; the first row is the
-- total.
SELECT grouping(slot) = 1 AS "total!", slot, flow,
       count(outcome) AS "ended!",
       count(*) FILTER (WHERE outcome IS NULL) AS "open!",
       count(*) FILTER (WHERE outcome = 'hangup') AS "contained!",
       count(*) FILTER (WHERE outcome = 'queue') AS "queued!",
       count(*) FILTER (WHERE outcome = 'transfer') AS "transferred!",
       count(*) FILTER (WHERE outcome = 'voicemail') AS "voicemail!",
       count(*) FILTER (WHERE outcome = 'ai_agent') AS "ai_agent!",
       count(*) FILTER (WHERE outcome = 'abandoned') AS "abandoned!",
       count(*) FILTER (WHERE outcome = 'error') AS "failed!",
       coalesce(sum(ms), 0)::bigint AS "ms!"
FROM (
    SELECT ($3::int[])[width_bucket(s.entered_at, $2::timestamptz[])] AS slot,
           CASE WHEN $6 THEN s.flow_id::text END AS flow, s.outcome,
           extract(epoch FROM greatest(least(s.exited_at, f.ended_at) - s.entered_at, '0'))
               * 1000 AS ms
    FROM ivr_sessions s
    JOIN call_facts f USING (org_id, call_id)
    WHERE s.org_id = $1 AND s.entered_at >= ($2::timestamptz[])[1] AND s.entered_at < $4
      AND (cardinality($5::uuid[]) = 0 OR s.flow_id = ANY ($5))
      AND ($8 OR NOT f.test)
) sessions
GROUP BY GROUPING SETS ((slot, flow), ())
ORDER BY 1 DESC
LIMIT $7
