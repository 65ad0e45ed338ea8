-- The payments of a batch as they are now.
INSERT INTO payments (org_id, payment_id, version, status, currency, amount_minor, call_id,
                      contact_id, created_by, created_at, state)
SELECT u.org_id, u.payment_id, u.version, u.status, u.currency, u.amount_minor, u.call_id,
       u.contact_id, u.created_by, u.created_at, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],
            $7::uuid[], $8::uuid[], $9::uuid[], $10::timestamptz[], $11::text[])
    AS u(org_id, payment_id, version, status, currency, amount_minor, call_id, contact_id,
         created_by, created_at, state)
ON CONFLICT (org_id, payment_id) DO UPDATE SET
    version = excluded.version, status = excluded.status, state = excluded.state
