-- What agents of a batch began to do.
INSERT INTO agent_intervals (org_id, agent_id, began_with, activity, reason_code, set_by, note,
                             call_id, started_at, ended_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[],
                     $7::text[], $8::uuid[], $9::timestamptz[], $10::timestamptz[])
