-- The transcripts that a batch begins.
INSERT INTO transcripts (org_id, call_id, version, source, language, status, started_at)
SELECT u.org_id, u.call_id, 0, u.source, u.language, 'open', u.started_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
    AS u(org_id, call_id, source, language, started_at)
