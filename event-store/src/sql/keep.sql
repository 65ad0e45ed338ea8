-- Answers to commands without events: they move neither head nor chain.
-- No row comes back where the epoch has moved: the writer is fenced off.
WITH head AS (
    SELECT position AS base FROM log_head WHERE id = 1 AND epoch = $1
), answer AS (
    INSERT INTO idempotency (org_id, actor, operation, key, fingerprint, version, position,
                             events, status, body, etag, location, expires_at)
    SELECT k.org_id, k.actor, k.operation, k.key, k.fingerprint, k.version,
           head.base + k.last, k.events, k.status, k.body, k.etag, k.location, $2
    FROM head, unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bytea[],
                      $8::bigint[], $9::bigint[], $10::integer[], $11::smallint[],
                      $12::bytea[], $13::text[], $14::text[])
         AS k(org_id, actor, operation, key, fingerprint, version, last, events, status, body,
              etag, location)
)
SELECT base FROM head
