-- The tags of calls whose tags have changed.
DELETE FROM call_tags t USING unnest($1::uuid[], $2::uuid[]) AS k(org_id, call_id)
WHERE t.org_id = k.org_id AND t.call_id = k.call_id
