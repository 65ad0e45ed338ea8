-- A row per event, each exactly once.
INSERT INTO call_timeline (org_id, call_id, about, payment_id, sequence, position, event_id, kind,
                           at, recorded_at, actor, summary, note)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[],
                     $7::uuid[], $8::text[], $9::timestamptz[], $10::timestamptz[], $11::text[],
                     $12::text[], $13::text[])
