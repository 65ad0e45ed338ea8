-- … and the answers to the keys of the batch.
, answer AS (
    INSERT INTO idempotency (org_id, actor, operation, key, fingerprint, version, position,
                             events, status, body, etag, location, expires_at)
    SELECT k.org_id, k.actor, k.operation, k.key, k.fingerprint, k.version,
           head.base + k.last, k.events, k.status, k.body, k.etag, k.location, $18
    FROM head, unnest($19::uuid[], $20::text[], $21::text[], $22::text[], $23::bytea[],
                      $24::bigint[], $25::bigint[], $26::integer[], $27::smallint[],
                      $28::bytea[], $29::text[], $30::text[])
         AS k(org_id, actor, operation, key, fingerprint, version, last, events, status, body,
              etag, location)
)
