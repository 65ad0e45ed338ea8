-- Which of some teams are there, archived or not?
SELECT team_id FROM teams WHERE org_id = $1 AND team_id = ANY ($2)
