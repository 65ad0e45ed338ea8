-- To which teams do agents belong now? Written by nobody: a view of what the projection `teams`
-- writes. Its columns have names that no table of figures has, so that it can be joined to any.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE VIEW teams_now WITH (security_invoker = true) AS
SELECT m.org_id AS organization, m.user_id AS member, m.team_id::text AS team
FROM team_members m
JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id
WHERE NOT t.archived;

SELECT voice_grant('SELECT', 'teams_now', r) FROM unnest(ARRAY['app', 'auditor']) r;
