-- Who belongs to an organization, and what may they do? Written by the projection `users` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the user as the domain folds it, personal fields sealed.
CREATE TABLE users (
    org_id     uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    version    bigint      NOT NULL,
    role       text        NOT NULL,
    status     text        NOT NULL,
    created_at timestamptz NOT NULL,
    state      json        NOT NULL,
    PRIMARY KEY (org_id, user_id)
) WITH (fillfactor = 80);

CREATE INDEX users_newest ON users (org_id, created_at DESC, user_id DESC);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'users', 'projector');
SELECT voice_grant('SELECT', 'users', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('users', ARRAY['projector', 'auditor']);
