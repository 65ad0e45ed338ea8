-- The payments of a batch that are there already.
SELECT p.org_id, p.payment_id, p.version, p.state::text AS "state!"
FROM payments p
WHERE (p.org_id, p.payment_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
