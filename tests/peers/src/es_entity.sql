-- The tables of an entity, as es-entity's book has them.
CREATE TABLE IF NOT EXISTS call_rows (
    id         uuid        PRIMARY KEY,
    created_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS call_row_events (
    id          uuid        NOT NULL REFERENCES call_rows (id),
    sequence    int         NOT NULL,
    event_type  varchar     NOT NULL,
    event       jsonb       NOT NULL,
    context     jsonb       DEFAULT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (id, sequence)
);
