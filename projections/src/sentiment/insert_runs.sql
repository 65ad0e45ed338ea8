-- The runs of a batch, each exactly once.
INSERT INTO sentiment_runs (org_id, call_id, run_id, position, engine, engine_version,
                            transcript_version, computed_at, found)
SELECT u.org_id, u.call_id, u.run_id, u.position, u.engine, u.engine_version,
       u.transcript_version, u.computed_at, u.found::json
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[],
            $7::bigint[], $8::timestamptz[], $9::text[])
    AS u(org_id, call_id, run_id, position, engine, engine_version, transcript_version,
         computed_at, found)
