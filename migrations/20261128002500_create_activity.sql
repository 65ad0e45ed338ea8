-- What has happened in an organization lately? Written by the projection `activity` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE activity (
    org_id       uuid        NOT NULL,
    position     bigint      NOT NULL,
    at           timestamptz NOT NULL,
    kind         text        NOT NULL,
    subject_type text        NOT NULL,
    subject_id   uuid        NOT NULL,
    actor        text        NOT NULL,
    PRIMARY KEY (org_id, position)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'activity', 'projector');
SELECT voice_grant('SELECT', 'activity', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('activity', ARRAY['projector', 'auditor']);
