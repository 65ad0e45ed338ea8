-- The run that is named of a call, or its last one, of an engine in a version where they are named.
SELECT run_id, engine, engine_version, transcript_version, computed_at, found::text AS "found!"
FROM sentiment_runs
WHERE org_id = $1 AND call_id = $2
  AND ($3::uuid IS NULL OR run_id = $3)
  AND ($4::text IS NULL OR engine_version = $4)
ORDER BY position DESC
LIMIT 1
