-- To which teams do the agents of an organization belong now? Written by nobody: a function of what
-- the projection `teams` writes. It is no view, which would stay with the tables that a rebuild
-- replaces: a function finds them by their names each time.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE FUNCTION teams_now(org uuid) RETURNS TABLE (member uuid, team text)
LANGUAGE sql STABLE
AS $$
    SELECT m.user_id, m.team_id::text
    FROM team_members m
    JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id
    WHERE m.org_id = org AND NOT t.archived
$$;

SELECT voice_grant('EXECUTE', 'FUNCTION teams_now(uuid)', r)
FROM unnest(ARRAY['app', 'auditor']) r;
