-- What was said otherwise, as the batch tells last.
UPDATE transcript_segments s
SET text = u.text, words = u.words, corrected_at = u.corrected_at
FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::integer[], $6::timestamptz[])
    AS u(org_id, call_id, seq, text, words, corrected_at)
WHERE s.org_id = u.org_id AND s.call_id = u.call_id AND s.seq = u.seq
