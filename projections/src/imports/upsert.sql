-- The imports of a batch as they are now.
INSERT INTO imports (org_id, import_id, version, campaign_id, status, requested_at, state)
SELECT u.org_id, u.import_id, u.version, u.campaign_id, u.status, u.requested_at, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[],
            $7::text[])
    AS u(org_id, import_id, version, campaign_id, status, requested_at, state)
ON CONFLICT (org_id, import_id) DO UPDATE SET
    version = excluded.version, campaign_id = excluded.campaign_id, status = excluded.status,
    requested_at = excluded.requested_at, state = excluded.state
