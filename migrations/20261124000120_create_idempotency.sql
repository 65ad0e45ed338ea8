-- What was answered to this key? Written by the log's writer alone, in the statement that
-- appends (event-store).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A refusal has no events and no position. The reply holds no position: a replay builds it
-- from here.
CREATE TABLE idempotency (
    org_id      uuid        NOT NULL,
    actor       text        COLLATE "C" NOT NULL,
    operation   text        COLLATE "C" NOT NULL,
    key         text        COLLATE "C" NOT NULL,
    fingerprint bytea       NOT NULL,
    version     bigint      NOT NULL,
    position    bigint,
    events      integer     NOT NULL,
    status      smallint    NOT NULL,
    body        bytea       NOT NULL,
    etag        text,
    location    text,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT idempotency_key PRIMARY KEY (org_id, actor, operation, key)
);

-- Rows come in the order of their expiry: a few bytes per range find the old ones.
CREATE INDEX idempotency_expiry ON idempotency USING brin (expires_at)
    WITH (pages_per_range = 32, autosummarize = on);

SELECT voice_grant('SELECT, INSERT, DELETE', 'idempotency', 'writer');
SELECT voice_grant('SELECT', 'idempotency', r) FROM unnest(ARRAY['app', 'auditor']) r;
