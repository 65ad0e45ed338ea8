-- Which teams are there, and who belongs to them? Written by the projection `teams` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the team as the domain folds it.
CREATE TABLE teams (
    org_id         uuid        NOT NULL,
    team_id        uuid        NOT NULL,
    version        bigint      NOT NULL,
    parent_team_id uuid,
    archived       boolean     NOT NULL,
    created_at     timestamptz NOT NULL,
    state          json        NOT NULL,
    PRIMARY KEY (org_id, team_id)
);

CREATE INDEX teams_newest ON teams (org_id, created_at DESC, team_id DESC);
CREATE INDEX teams_within ON teams (org_id, parent_team_id);

CREATE TABLE team_members (
    org_id  uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role    text NOT NULL,
    PRIMARY KEY (org_id, team_id, user_id)
);

CREATE INDEX team_members_of_user ON team_members (org_id, user_id);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'projector')
FROM unnest(ARRAY['teams', 'team_members']) t;
SELECT voice_grant('SELECT', t, r)
FROM unnest(ARRAY['teams', 'team_members']) t, unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['teams', 'team_members']) t;
