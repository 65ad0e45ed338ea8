-- Who belongs to teams of a batch, and as what.
INSERT INTO team_members (org_id, team_id, user_id, role)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
ON CONFLICT (org_id, team_id, user_id) DO UPDATE SET role = excluded.role
