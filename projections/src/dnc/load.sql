-- The entries of a batch that are there already.
SELECT d.org_id, d.entry_id, d.version, d.state::text AS "state!"
FROM dnc d
WHERE (d.org_id, d.entry_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
