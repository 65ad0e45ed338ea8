-- The users of a batch who are there already.
SELECT u.org_id, u.user_id, u.version, u.state::text AS "state!"
FROM users u
WHERE (u.org_id, u.user_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
