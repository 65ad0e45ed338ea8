-- What has happened, in one order, for ever? Written by the log's writer alone (event-store).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- The tables that an append writes have no CHECK: PostgreSQL parses every one of them anew for
-- every statement, which costs more than the append itself. Their one writer keeps the rules.

-- Names in keys are compared as bytes, whatever language the database is in.
-- Payload and metadata are json, not jsonb: what is stored is what was hashed, byte for byte.
CREATE TABLE events (
    position       bigint      NOT NULL,
    sequence       bigint      NOT NULL,
    org_id         uuid        NOT NULL,
    aggregate_id   uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    causation_id   uuid,
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    event_version  smallint    NOT NULL,
    aggregate_type text        COLLATE "C" NOT NULL,
    event_type     text        NOT NULL,
    actor          text        NOT NULL,
    payload        json        NOT NULL,
    metadata       json        NOT NULL,
    CONSTRAINT events_position PRIMARY KEY (position),
    CONSTRAINT events_stream UNIQUE (org_id, aggregate_type, aggregate_id, sequence)
);

-- The one counter. Every append moves it, so its page keeps room for the next version of the row.
CREATE TABLE log_head (
    id       smallint PRIMARY KEY,
    position bigint   NOT NULL,
    epoch    bigint   NOT NULL,
    hash     bytea    NOT NULL
) WITH (fillfactor = 10);
INSERT INTO log_head (id, position, epoch, hash) VALUES (1, 0, 1, decode(repeat('00', 32), 'hex'));

-- hash = SHA-256(hash of the batch before ‖ root); root is the Merkle root of the batch's events.
CREATE TABLE batches (
    first bigint NOT NULL,
    last  bigint NOT NULL,
    root  bytea  NOT NULL,
    hash  bytea  NOT NULL,
    CONSTRAINT batches_first PRIMARY KEY (first)
);

SELECT voice_grant('SELECT, INSERT', t, 'writer') FROM unnest(ARRAY['events', 'batches']) t;
SELECT voice_grant('SELECT, UPDATE', 'log_head', 'writer');
SELECT voice_grant('SELECT', t, r) FROM unnest(ARRAY['events', 'batches', 'log_head']) t,
    unnest(ARRAY['app', 'projector', 'auditor']) r;
