-- The exports of a batch as they are now.
INSERT INTO exports (org_id, export_id, version, requested_by, status, requested_at, state)
SELECT u.org_id, u.export_id, u.version, u.requested_by, u.status, u.requested_at, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[],
            $7::text[])
    AS u(org_id, export_id, version, requested_by, status, requested_at, state)
ON CONFLICT (org_id, export_id) DO UPDATE SET
    version = excluded.version, requested_by = excluded.requested_by, status = excluded.status,
    requested_at = excluded.requested_at, state = excluded.state
