-- Somebody has to know.
INSERT INTO alerts (org_id, alert_id, stream_id, rule_id, rule, metric, operator, threshold,
                    window_seconds, severity, subject_type, subject_id, subject_uuid, value,
                    raised_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
