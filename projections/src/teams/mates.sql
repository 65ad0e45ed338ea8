-- Whoever shares a team with somebody.
SELECT DISTINCT m.user_id
FROM team_members own
JOIN teams t ON t.org_id = own.org_id AND t.team_id = own.team_id AND NOT t.archived
JOIN team_members m ON m.org_id = own.org_id AND m.team_id = own.team_id
WHERE own.org_id = $1 AND own.user_id = $2
