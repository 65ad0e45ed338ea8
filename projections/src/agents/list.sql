-- The agents of an organization after a place, newest first.
SELECT d.agent_id, l.version, l.state::text AS "state!"
FROM agent_directory d JOIN agent_live l ON l.org_id = d.org_id AND l.agent_id = d.agent_id
WHERE d.org_id = $1
  AND ($2::uuid[] IS NULL OR d.agent_id = ANY ($2))
  AND d.active = $3
  AND ($4::text IS NULL OR l.presence = $4)
  AND ($5::text IS NULL OR l.activity = $5)
  AND ($6::text IS NULL OR $6 = ANY (d.skills))
  AND ($7::text IS NULL OR $7 = ANY (d.languages))
  AND ($8::timestamptz IS NULL OR (d.created_at, d.agent_id) < ($8, $9::uuid))
ORDER BY d.created_at DESC, d.agent_id DESC
LIMIT $10
