-- What the last runs of a batch have found of customers.
INSERT INTO sentiment_points (org_id, engine, engine_version, call_id, run_id, score, label)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::integer[],
                     $7::text[])
ON CONFLICT (org_id, engine, engine_version, call_id) DO UPDATE SET
    run_id = excluded.run_id, score = excluded.score, label = excluded.label
