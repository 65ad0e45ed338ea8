-- How many agents take calls, or will as soon as theirs is over.
SELECT count(*) AS "agents!"
FROM agent_directory d JOIN agent_live l ON l.org_id = d.org_id AND l.agent_id = d.agent_id
WHERE d.org_id = $1 AND d.active AND l.activity IN ('available', 'on_call', 'wrap_up')
