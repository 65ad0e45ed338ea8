-- The campaigns that call now.
SELECT campaign_id FROM campaigns WHERE org_id = $1 AND status = 'active'
ORDER BY campaign_id LIMIT $2
