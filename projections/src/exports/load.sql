-- The exports of a batch that are there already.
SELECT t.org_id, t.export_id, t.version, t.state::text AS "state!"
FROM exports t
WHERE (t.org_id, t.export_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
