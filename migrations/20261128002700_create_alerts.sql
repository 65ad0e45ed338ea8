-- What does somebody have to know, and had to? Written by the projection `alerts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A row for each time; `stream_id` is the alert, which is open once at most. What it is about is an
-- id or a name; `subject_uuid` is the id, where it is one.
CREATE TABLE alerts (
    org_id          uuid             NOT NULL,
    alert_id        uuid             NOT NULL,
    stream_id       uuid             NOT NULL,
    rule_id         uuid             NOT NULL,
    rule            text             NOT NULL,
    metric          text             NOT NULL,
    operator        text             NOT NULL,
    threshold       double precision NOT NULL,
    window_seconds  integer,
    severity        text             NOT NULL,
    subject_type    text             NOT NULL,
    subject_id      text             NOT NULL,
    subject_uuid    uuid,
    value           double precision NOT NULL,
    raised_at       timestamptz      NOT NULL,
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    resolved_by     uuid,
    over_at         timestamptz,
    resolution      text,
    PRIMARY KEY (org_id, alert_id)
) WITH (fillfactor = 80);

CREATE INDEX alerts_newest ON alerts (org_id, raised_at DESC, alert_id DESC);
CREATE UNIQUE INDEX alerts_open ON alerts (org_id, stream_id) WHERE over_at IS NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'alerts', 'projector');
SELECT voice_grant('SELECT', 'alerts', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('alerts', ARRAY['projector', 'auditor']);
