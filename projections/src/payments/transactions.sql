-- What has happened to the money of an organization after a place, newest first.
SELECT payment_id, kind, name, status, currency, amount_minor, provider_ref, code, call_id,
       contact_id, created_by, created_at, updated_at
FROM transactions
WHERE org_id = $1
  AND ($2::text IS NULL OR kind = $2)
  AND ($3::text IS NULL OR status = $3)
  AND ($4::text IS NULL OR currency = $4)
  AND ($5::uuid IS NULL OR call_id = $5)
  AND ($6::uuid IS NULL OR contact_id = $6)
  AND CASE cardinality($7::uuid[]) WHEN 0 THEN true WHEN 1 THEN created_by = ($7)[1]
      ELSE created_by = ANY ($7) END
  AND ($8::timestamptz IS NULL OR created_at >= $8)
  AND ($9::timestamptz IS NULL OR created_at < $9)
  AND ($10::bigint IS NULL OR amount_minor >= $10)
  AND ($11::bigint IS NULL OR amount_minor <= $11)
  AND ($12::timestamptz IS NULL
       OR (created_at, payment_id, kind, name) < ($12, $13::uuid, $14::text, $15::text))
ORDER BY created_at DESC, payment_id DESC, kind DESC, name DESC
LIMIT $16
