-- Which name belongs to which team, and where does it stand in the tree? Written by the command
-- service of teams alone (processes/teams), before a team is so.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- The name in its folded form. While `pending` the log says whether the team is so or is as it was.
CREATE TABLE team_places (
    org_id         uuid    NOT NULL,
    team_id        uuid    NOT NULL,
    name           text    NOT NULL,
    parent_team_id uuid,
    pending        boolean NOT NULL,
    PRIMARY KEY (org_id, team_id),
    UNIQUE (org_id, name)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'team_places', 'process');
SELECT voice_wall('team_places', ARRAY['process']);
