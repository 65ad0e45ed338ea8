-- Which name belongs to which team? Written by the command service of teams alone
-- (processes/teams), before a team bears it.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- In small letters. It belongs to the team as long as the log says that the team bears it, and for
-- a minute after it was reserved.
CREATE TABLE team_names (
    org_id      uuid        NOT NULL,
    name        text        NOT NULL,
    team_id     uuid        NOT NULL,
    reserved_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, name)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'team_names', 'process');
SELECT voice_wall('team_names', ARRAY['process']);
