-- In which calls payments are made.
SELECT DISTINCT t.org_id, t.payment_id AS "payment_id!", t.call_id
FROM unnest($1::uuid[], $2::uuid[]) AS p (org_id, payment_id)
JOIN call_timeline t ON t.org_id = p.org_id AND t.payment_id = p.payment_id
