-- One batch: moves the head, chains the root, stores events and answers; all of it or nothing.
-- No row comes back where the epoch has moved: the writer is fenced off.
-- Arrays are taken apart in step, in the list of a SELECT: in a FROM each of them would first be
-- written into a store of its own.
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
    FROM head, (
        SELECT generate_series(1, $1) AS n,
               unnest($5::uuid[]) AS org_id, unnest($6::text[]) AS aggregate_type,
               unnest($7::uuid[]) AS aggregate_id, unnest($8::bigint[]) AS sequence,
               unnest($9::uuid[]) AS event_id, unnest($10::text[]) AS event_type,
               unnest($11::smallint[]) AS event_version, unnest($12::text[]) AS actor,
               unnest($13::uuid[]) AS correlation_id, unnest($14::uuid[]) AS causation_id,
               unnest($15::timestamptz[]) AS occurred_at, unnest($16::json[]) AS payload,
               unnest($17::json[]) AS metadata
    ) AS e
)
