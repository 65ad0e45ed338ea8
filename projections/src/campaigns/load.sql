-- The campaigns of a batch that are there already.
SELECT t.org_id, t.campaign_id, t.version, t.state::text AS "state!"
FROM campaigns t
WHERE (t.org_id, t.campaign_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
