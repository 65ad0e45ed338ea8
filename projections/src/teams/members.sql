-- Whoever belongs to a team.
SELECT user_id FROM team_members WHERE org_id = $1 AND team_id = $2
