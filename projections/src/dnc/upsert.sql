-- The entries of a batch as they are now.
INSERT INTO dnc (org_id, entry_id, version, campaign_id, source, suppressed_at, expires_at,
                 reinstated, state)
SELECT u.org_id, u.entry_id, u.version, u.campaign_id, u.source, u.suppressed_at, u.expires_at,
       u.reinstated, u.state::json
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[],
            $7::timestamptz[], $8::boolean[], $9::text[])
    AS u(org_id, entry_id, version, campaign_id, source, suppressed_at, expires_at, reinstated,
         state)
ON CONFLICT (org_id, entry_id) DO UPDATE SET
    version = excluded.version, campaign_id = excluded.campaign_id, source = excluded.source,
    suppressed_at = excluded.suppressed_at, expires_at = excluded.expires_at,
    reinstated = excluded.reinstated, state = excluded.state
