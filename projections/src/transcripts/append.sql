-- What was said, as the batch tells first.
INSERT INTO transcript_segments (org_id, call_id, seq, speaker, start_ms, end_ms, words,
                                 confidence, provider_segment_id, text)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::integer[],
                     $6::integer[], $7::integer[], $8::float8[], $9::text[], $10::text[])
