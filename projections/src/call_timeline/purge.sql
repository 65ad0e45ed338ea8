-- What was noted about people who are erased now.
UPDATE call_timeline t SET note = NULL
WHERE (t.org_id, t.call_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
  AND t.note IS NOT NULL
