-- Which calls were answered in a period? It alone serves the trends of sentiment, by the hour of the
-- answer.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX call_facts_answered ON call_facts (org_id, answered_at)
    INCLUDE (call_id, direction, queue_id, campaign_id, agent_id, test)
    WHERE answered_at IS NOT NULL;
