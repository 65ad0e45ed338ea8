-- How far the transcripts of a batch are now.
UPDATE transcripts t
SET version = u.version, status = coalesce(u.status, t.status),
    closed_at = coalesce(u.closed_at, t.closed_at)
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[])
    AS u(org_id, call_id, version, status, closed_at)
WHERE t.org_id = u.org_id AND t.call_id = u.call_id
