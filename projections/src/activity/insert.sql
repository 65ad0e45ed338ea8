-- What the batch tells in public, each exactly once.
INSERT INTO activity (org_id, position, at, kind, subject_type, subject_id, actor)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[],
                     $6::uuid[], $7::text[])
