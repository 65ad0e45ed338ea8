-- Somebody knows.
UPDATE sentiment_alerts SET acknowledged_by = $4, acknowledged_at = $5
WHERE org_id = $1 AND call_id = $2 AND kind = $3 AND cleared_at IS NULL
