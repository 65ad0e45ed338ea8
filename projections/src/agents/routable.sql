-- The agents to whom calls can be offered.
SELECT agent_id FROM agent_live WHERE org_id = $1 AND routable
