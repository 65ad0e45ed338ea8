-- It is so no longer.
UPDATE sentiment_alerts SET cleared_at = $4
WHERE org_id = $1 AND call_id = $2 AND kind = $3 AND cleared_at IS NULL
