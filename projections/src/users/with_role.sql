-- The users of an organization with a role.
SELECT user_id FROM users WHERE org_id = $1 AND role = $2
