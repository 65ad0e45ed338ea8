-- What happened to a call, step by step, and by whom?
-- Written by the projection `call_timeline` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE call_timeline (
    org_id      uuid        NOT NULL,
    call_id     uuid        NOT NULL,
    sequence    bigint      NOT NULL,
    position    bigint      NOT NULL,
    event_id    uuid        NOT NULL,
    kind        text        NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor       text        NOT NULL,
    summary     text        NOT NULL,
    note        text,
    PRIMARY KEY (org_id, call_id, sequence)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'call_timeline', 'projector');
SELECT voice_grant('SELECT', 'call_timeline', 'app');
SELECT voice_grant('SELECT', 'call_timeline', 'auditor');
