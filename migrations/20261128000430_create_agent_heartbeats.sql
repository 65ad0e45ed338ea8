-- When was something heard of an agent's program? Written by the agents' process alone
-- (processes/agents), for whoever is there.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `due_at` is when somebody looks again whether they are still there; of whoever is offline nobody
-- waits to hear.
CREATE TABLE agent_heartbeats (
    org_id   uuid        NOT NULL,
    agent_id uuid        NOT NULL,
    heard_at timestamptz NOT NULL,
    due_at   timestamptz,
    PRIMARY KEY (org_id, agent_id)
) WITH (fillfactor = 70);

CREATE INDEX agent_heartbeats_due ON agent_heartbeats (due_at) WHERE due_at IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'agent_heartbeats', 'process');
SELECT voice_wall('agent_heartbeats', ARRAY['process']);
