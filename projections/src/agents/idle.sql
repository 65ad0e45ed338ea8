-- Who of those who take calls is free, and since when; whoever is for longest first.
SELECT l.agent_id, i.started_at AS "since!"
FROM agent_directory d
JOIN agent_live l ON l.org_id = d.org_id AND l.agent_id = d.agent_id
JOIN LATERAL (SELECT i.started_at FROM agent_intervals i
              WHERE i.org_id = l.org_id AND i.agent_id = l.agent_id AND i.ended_at IS NULL
              ORDER BY i.began_with DESC LIMIT 1) i ON true
WHERE d.org_id = $1 AND d.active AND l.activity = 'available'
ORDER BY i.started_at, l.agent_id
LIMIT $2
