-- A row per event, each exactly once.
INSERT INTO call_timeline (org_id, call_id, about, payment_id, sequence, position, event_id, kind,
                           at, recorded_at, actor, summary, note)
SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::uuid[]),
       unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::uuid[]), unnest($8::text[]),
       unnest($9::timestamptz[]), unnest($10::timestamptz[]), unnest($11::text[]),
       unnest($12::text[]), unnest($13::text[])
