-- What the batch tells in public, each exactly once.
INSERT INTO activity (org_id, position, at, kind, subject_type, subject_id, actor)
SELECT unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::timestamptz[]), unnest($4::text[]),
       unnest($5::text[]), unnest($6::uuid[]), unnest($7::text[])
