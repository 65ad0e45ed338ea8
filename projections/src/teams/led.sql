-- The teams that somebody supervises, and those within them. An archived team has no supervisors.
WITH RECURSIVE theirs AS (
    SELECT t.team_id
    FROM team_members m JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id
    WHERE m.org_id = $1 AND m.user_id = $2 AND m.role = 'supervisor' AND NOT t.archived
  UNION
    SELECT t.team_id
    FROM teams t JOIN theirs ON t.parent_team_id = theirs.team_id
    WHERE t.org_id = $1 AND NOT t.archived
)
SELECT team_id AS "team_id!" FROM theirs
