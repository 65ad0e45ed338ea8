-- It is over.
UPDATE alerts SET over_at = $3, resolution = $4, resolved_by = $5
WHERE org_id = $1 AND alert_id = $2
