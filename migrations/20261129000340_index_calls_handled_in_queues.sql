-- Which calls of a queue were handled last? Written by the projection `call_facts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX call_facts_handled_in_queue ON call_facts (org_id, queue_id, handled_at DESC)
    WHERE handled_at IS NOT NULL AND queue_id IS NOT NULL;
