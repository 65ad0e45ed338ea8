-- The teams, not archived, that people belong to.
SELECT m.user_id, m.team_id
FROM team_members m JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id
WHERE m.org_id = $1 AND m.user_id = ANY ($2) AND NOT t.archived
ORDER BY m.user_id, m.team_id
