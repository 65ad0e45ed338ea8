-- Who came in, who did not, who may do what since when?
-- Written by the projection `security_log` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE security_log (
    org_id      uuid        NOT NULL,
    position    bigint      NOT NULL,
    event_id    uuid        NOT NULL,
    kind        text        NOT NULL,
    user_id     uuid        NOT NULL,
    session_id  uuid,
    detail      text,
    actor       text        NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, position)
);

-- Newest first, by each filter of the list.
CREATE INDEX security_log_by_kind ON security_log (org_id, kind, position DESC);
CREATE INDEX security_log_by_user ON security_log (org_id, user_id, position DESC);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'security_log', 'projector');
SELECT voice_grant('SELECT', 'security_log', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('security_log', ARRAY['projector', 'auditor']);
