-- Who belongs to which of some teams.
SELECT team_id, user_id FROM team_members WHERE org_id = $1 AND team_id = ANY ($2)
