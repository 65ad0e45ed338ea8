-- The tags of calls, as they are now.
INSERT INTO call_tags (org_id, tag, call_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[])
