-- What was said and scored in the runs of a batch.
INSERT INTO sentiment_utterances (org_id, call_id, run_id, seq, scored)
SELECT u.org_id, u.call_id, u.run_id, u.seq, u.scored::json
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[])
    AS u(org_id, call_id, run_id, seq, scored)
