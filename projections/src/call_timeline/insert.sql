-- A row per event, each exactly once.
INSERT INTO call_timeline (org_id, call_id, sequence, position, event_id, kind, at, recorded_at,
                           actor, summary, note)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::uuid[], $6::text[],
                     $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::text[])
