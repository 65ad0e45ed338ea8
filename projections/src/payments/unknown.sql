-- Payments of which it is not known whether some money has moved, and since when.
SELECT payment_id, min(updated_at) AS "since!"
FROM transactions
WHERE org_id = $1 AND status = 'unknown'
GROUP BY payment_id
ORDER BY 2, 1
LIMIT $2
