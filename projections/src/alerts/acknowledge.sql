-- Somebody knows.
UPDATE alerts SET acknowledged_by = $3, acknowledged_at = $4 WHERE org_id = $1 AND alert_id = $2
