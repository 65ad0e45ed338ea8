-- What was said and scored in a run, at most as much as a transcript may have.
SELECT scored::text AS "scored!"
FROM sentiment_utterances
WHERE org_id = $1 AND call_id = $2 AND run_id = $3
ORDER BY seq
LIMIT 5000
