-- One batch: moves the head, chains the root, stores events and answers; all of it or nothing.
-- No row comes back where the epoch has moved: the writer is fenced off.
WITH head AS (
    UPDATE log_head SET position = position + $1, hash = sha256(hash || $2)
    WHERE id = 1 AND epoch = $3
    RETURNING position - $1 AS base, hash
), batch AS (
    INSERT INTO batches (first, last, root, hash)
    SELECT base + 1, base + $1, $2, hash FROM head
), event AS (
    INSERT INTO events (position, org_id, aggregate_type, aggregate_id, sequence, event_id,
                        event_type, event_version, actor, correlation_id, causation_id,
                        occurred_at, recorded_at, payload, metadata)
    SELECT head.base + e.n, e.org_id, e.aggregate_type, e.aggregate_id, e.sequence, e.event_id,
           e.event_type, e.event_version, e.actor, e.correlation_id, e.causation_id,
           e.occurred_at, $4, e.payload, e.metadata
    FROM head, unnest($5::uuid[], $6::text[], $7::uuid[], $8::bigint[], $9::uuid[], $10::text[],
                      $11::smallint[], $12::text[], $13::uuid[], $14::uuid[],
                      $15::timestamptz[], $16::json[], $17::json[]) WITH ORDINALITY
         AS e(org_id, aggregate_type, aggregate_id, sequence, event_id, event_type,
              event_version, actor, correlation_id, causation_id, occurred_at, payload,
              metadata, n)
)
