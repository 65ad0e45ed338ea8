-- What was said in a call after a place, in the order in which it was said.
SELECT seq, speaker, start_ms, end_ms, words, confidence, text, corrected_at
FROM transcript_segments
WHERE org_id = $1 AND call_id = $2
  AND ($3::integer IS NULL OR (start_ms, seq) > ($3, $4::integer))
ORDER BY start_ms, seq
LIMIT $5
