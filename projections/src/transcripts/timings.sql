-- Who spoke when in a call, and how many words, in the order in which it was said.
SELECT speaker, start_ms, end_ms, words
FROM transcript_segments
WHERE org_id = $1 AND call_id = $2
ORDER BY start_ms, seq
