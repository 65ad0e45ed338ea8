-- What was said in a call after a segment, in the order in which it was told.
SELECT seq, speaker, start_ms, end_ms, words, confidence, text, corrected_at
FROM transcript_segments
WHERE org_id = $1 AND call_id = $2 AND seq > $3
ORDER BY seq
LIMIT $4
