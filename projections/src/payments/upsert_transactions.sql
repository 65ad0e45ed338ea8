-- What has moved in a batch. What a later fact does not say, stays as it was.
INSERT INTO transactions AS t (org_id, payment_id, kind, name, status, currency, amount_minor,
                               provider_ref, code, call_id, contact_id, created_by, created_at,
                               updated_at)
SELECT u.org_id, u.payment_id, u.kind, u.name, u.status, u.currency, u.amount_minor,
       u.provider_ref, u.code, u.call_id, u.contact_id, u.created_by, u.created_at, u.updated_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
            $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::uuid[], $13::timestamptz[],
            $14::timestamptz[])
    AS u(org_id, payment_id, kind, name, status, currency, amount_minor, provider_ref, code,
         call_id, contact_id, created_by, created_at, updated_at)
ON CONFLICT (org_id, payment_id, kind, name) DO UPDATE SET
    status = excluded.status,
    provider_ref = coalesce(excluded.provider_ref, t.provider_ref),
    code = coalesce(excluded.code, t.code),
    updated_at = excluded.updated_at
