-- The imports of a batch that are there already.
SELECT t.org_id, t.import_id, t.version, t.state::text AS "state!"
FROM imports t
WHERE (t.org_id, t.import_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
