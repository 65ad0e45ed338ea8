-- Somebody has to know: of something new, or of something that has got worse.
INSERT INTO sentiment_alerts (org_id, alert_id, call_id, kind, severity, score, seq, raised_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (org_id, call_id, kind) WHERE cleared_at IS NULL DO UPDATE SET
    severity = excluded.severity, score = excluded.score, seq = excluded.seq,
    raised_at = excluded.raised_at, acknowledged_by = NULL, acknowledged_at = NULL
