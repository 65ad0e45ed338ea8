-- Whoever belongs to one of some teams now.
SELECT DISTINCT member AS "member!" FROM teams_now($1) WHERE team = ANY ($2::text[]) ORDER BY 1
