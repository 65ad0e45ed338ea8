-- The newest session of each call of a batch.
SELECT DISTINCT ON (s.org_id, s.call_id)
       s.org_id, s.call_id, s.session, s.flow_id, s.flow_version, s.entered_at, s.exited_at,
       s.outcome, s.menu_id, s.since
FROM ivr_sessions s
WHERE (s.org_id, s.call_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY s.org_id, s.call_id, s.session DESC
