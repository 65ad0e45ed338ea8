-- A row per event, each exactly once.
INSERT INTO security_log (org_id, position, event_id, kind, user_id, session_id, detail, actor, at,
                          recorded_at)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[],
                     $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[])
