-- What is open by rules, as whoever evaluates them asks.
SELECT rule_id, subject_type, subject_id FROM alerts WHERE org_id = $1 AND over_at IS NULL
