-- How far the transcript of a call is, and how much it has.
SELECT t.version, t.status, t.language, s.segments AS "segments!", s.words AS "words!"
FROM transcripts t,
     LATERAL (SELECT count(*) AS segments, coalesce(sum(words), 0) AS words
              FROM transcript_segments s
              WHERE s.org_id = t.org_id AND s.call_id = t.call_id) s
WHERE t.org_id = $1 AND t.call_id = $2
