-- Who does not belong to teams of a batch any more.
DELETE FROM team_members m
WHERE (m.org_id, m.team_id, m.user_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]))
