-- Answers to commands without events: they move neither head nor chain.
-- No row comes back where the epoch has moved: the writer is fenced off.
WITH head AS (
    SELECT position AS base FROM log_head WHERE id = 1 AND epoch = $1
), answer AS (
    INSERT INTO idempotency (org_id, actor, operation, key, fingerprint, version, position,
                             events, status, body, etag, location, expires_at)
    SELECT k.org_id, k.actor, k.operation, k.key, k.fingerprint, k.version,
           head.base + k.last, k.events, k.status, k.body, k.etag, k.location, $2
    FROM head, (
        SELECT unnest($3::uuid[]) AS org_id, unnest($4::text[]) AS actor,
               unnest($5::text[]) AS operation, unnest($6::text[]) AS key,
               unnest($7::bytea[]) AS fingerprint, unnest($8::bigint[]) AS version,
               unnest($9::bigint[]) AS last, unnest($10::integer[]) AS events,
               unnest($11::smallint[]) AS status, unnest($12::bytea[]) AS body,
               unnest($13::text[]) AS etag, unnest($14::text[]) AS location
    ) AS k
)
SELECT base FROM head
