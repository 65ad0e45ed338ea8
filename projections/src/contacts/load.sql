-- The contacts of a batch that are there already.
SELECT t.org_id, t.contact_id, t.version, t.state::text AS "state!"
FROM contacts t
WHERE (t.org_id, t.contact_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
