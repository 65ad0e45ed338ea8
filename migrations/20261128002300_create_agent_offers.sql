-- Which calls were offered to agents, and how many did they miss? Written by the projection `agents`
-- alone. What they did in a period is found by when it began.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per offer; `outcome` is that of the agent's fact, `accepted` where a call began with it.
CREATE TABLE agent_offers (
    org_id     uuid        NOT NULL,
    agent_id   uuid        NOT NULL,
    offer_id   uuid        NOT NULL,
    call_id    uuid        NOT NULL,
    offered_at timestamptz NOT NULL,
    outcome    text,
    PRIMARY KEY (org_id, agent_id, offer_id)
) WITH (fillfactor = 80);

CREATE INDEX agent_offers_offered ON agent_offers (org_id, offered_at);
CREATE INDEX agent_intervals_started
    ON agent_intervals (org_id, agent_id, started_at, began_with);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'agent_offers', 'projector');
SELECT voice_grant('SELECT', 'agent_offers', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('agent_offers', ARRAY['projector', 'auditor']);
