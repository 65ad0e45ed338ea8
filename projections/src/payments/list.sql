-- The payments of an organization after a place, newest first.
SELECT payment_id, version, state::text AS "state!"
FROM payments
WHERE org_id = $1
  AND ($2::text IS NULL OR status = $2)
  AND ($3::text IS NULL OR currency = $3)
  AND ($4::uuid IS NULL OR call_id = $4)
  AND ($5::uuid IS NULL OR contact_id = $5)
  AND CASE cardinality($6::uuid[]) WHEN 0 THEN true WHEN 1 THEN created_by = ($6)[1]
      ELSE created_by = ANY ($6) END
  AND ($7::timestamptz IS NULL OR created_at >= $7)
  AND ($8::timestamptz IS NULL OR created_at < $8)
  AND ($9::timestamptz IS NULL OR (created_at, payment_id) < ($9, $10::uuid))
ORDER BY created_at DESC, payment_id DESC
LIMIT $11
