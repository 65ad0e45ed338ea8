-- Where does each read model stand in the log, and who may move it? Written by the projection runtime alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Build 0 is the live one; other builds live in their own schema until they are swapped in.
CREATE TABLE projection_checkpoints (
    name        text        NOT NULL,
    build       integer     NOT NULL CHECK (build >= 0),
    version     integer     NOT NULL,
    position    bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    event_id    uuid,
    log_epoch   bigint,
    applied     bigint      NOT NULL DEFAULT 0,
    state       text        NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'swapped')),
    reason      text,
    lease_epoch bigint      NOT NULL DEFAULT 0,
    lease_owner text,
    lease_until timestamptz,
    schema_name text,
    last_build  integer     NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (name, build)
) WITH (fillfactor = 20);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'projection_checkpoints', 'projector');
SELECT voice_grant('SELECT', 'projection_checkpoints', 'app');
SELECT voice_grant('SELECT', 'projection_checkpoints', 'auditor');
