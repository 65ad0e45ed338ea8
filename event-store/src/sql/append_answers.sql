-- … and the answers to the keys of the batch.
, answer AS (
    INSERT INTO idempotency (org_id, actor, operation, key, fingerprint, version, position,
                             events, status, body, etag, location, expires_at)
    SELECT k.org_id, k.actor, k.operation, k.key, k.fingerprint, k.version,
           head.base + k.last, k.events, k.status, k.body, k.etag, k.location, $18
    FROM head, (
        SELECT unnest($19::uuid[]) AS org_id, unnest($20::text[]) AS actor,
               unnest($21::text[]) AS operation, unnest($22::text[]) AS key,
               unnest($23::bytea[]) AS fingerprint, unnest($24::bigint[]) AS version,
               unnest($25::bigint[]) AS last, unnest($26::integer[]) AS events,
               unnest($27::smallint[]) AS status, unnest($28::bytea[]) AS body,
               unnest($29::text[]) AS etag, unnest($30::text[]) AS location
    ) AS k
)
