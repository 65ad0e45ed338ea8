-- What somebody has to know, or had to, newest first: by rules, and of how customers feel. In some
-- state, so bad, of a type, one of them; and where agents are named, what is about them and their
-- calls, and what is about nobody ($7) or money of theirs ($8).
SELECT a.alert_id AS "alert_id!", a.stream_id AS "stream_id!", a.rule_id, a.rule, a.type AS "type!",
       a.operator, a.threshold, a.window_seconds, a.severity AS "severity!", a.seq,
       a.subject_type AS "subject_type!", a.subject_id AS "subject_id!", a.value,
       a.raised_at AS "raised_at!", a.acknowledged_by, a.acknowledged_at, a.resolved_by, a.over_at,
       a.resolution
FROM (
    SELECT r.alert_id, r.stream_id, r.rule_id, r.rule, r.metric AS type, r.operator, r.threshold,
           r.window_seconds, r.severity, NULL::integer AS seq, r.subject_type, r.subject_id,
           r.subject_uuid, r.value, r.raised_at, r.acknowledged_by, r.acknowledged_at,
           r.resolved_by, r.over_at, r.resolution
    FROM alerts r
    WHERE r.org_id = $1
  UNION ALL
    SELECT s.alert_id, s.call_id, NULL, NULL, s.kind, NULL, NULL, NULL, s.severity, s.seq, 'call',
           s.call_id::text, s.call_id, s.score / 10000.0::double precision, s.raised_at,
           s.acknowledged_by, s.acknowledged_at, NULL, s.cleared_at,
           CASE WHEN s.cleared_at IS NOT NULL THEN 'cleared' END
    FROM sentiment_alerts s
    WHERE s.org_id = $1
) a
WHERE ($2::text[] IS NULL
       OR CASE WHEN a.over_at IS NOT NULL AND a.resolution IS NULL THEN 'expired'
               WHEN a.over_at IS NOT NULL THEN 'resolved'
               WHEN a.acknowledged_at IS NOT NULL THEN 'acknowledged'
               ELSE 'raised' END = ANY ($2))
  AND ($3::text IS NULL OR a.severity = $3)
  AND ($4::text IS NULL OR a.type = $4)
  AND ($5::uuid IS NULL OR a.alert_id = $5)
  AND ($6::uuid[] IS NULL
       OR CASE a.subject_type
              WHEN 'agent' THEN a.subject_uuid = ANY ($6)
              WHEN 'call' THEN EXISTS (SELECT FROM call_facts f
                                       WHERE f.org_id = $1 AND f.call_id = a.subject_uuid
                                         AND f.agent_id = ANY ($6))
              WHEN 'payment' THEN $8 AND EXISTS (SELECT FROM payments p
                                                 WHERE p.org_id = $1
                                                   AND p.payment_id = a.subject_uuid
                                                   AND p.created_by = ANY ($6))
              ELSE $7
          END)
  AND ($9::timestamptz IS NULL OR (a.raised_at, a.alert_id) < ($9, $10::uuid))
ORDER BY a.raised_at DESC, a.alert_id DESC
LIMIT $11
