-- The transcript of a call.
SELECT version, source, language, status, started_at, closed_at
FROM transcripts
WHERE org_id = $1 AND call_id = $2
