-- Which calls are over, by every filter of their lists? Written by the projection `calls` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A call that goes on is written anew with each of its facts, and each time anew into every index
-- that has it. There are few of them at a time, so they are in the key and in `calls_live` alone,
-- and lists read them from there.
DROP INDEX calls_newest, calls_by_status, calls_by_stage, calls_by_direction, calls_by_agent,
    calls_by_queue, calls_by_campaign, calls_by_contact, calls_by_subject, calls_by_disposition,
    calls_by_duration;

CREATE INDEX calls_newest ON calls (org_id, created_at DESC, call_id DESC) WHERE NOT live;
CREATE INDEX calls_by_status ON calls (org_id, status, created_at DESC, call_id DESC)
    WHERE NOT live;
CREATE INDEX calls_by_stage ON calls (org_id, stage, created_at DESC, call_id DESC) WHERE NOT live;
CREATE INDEX calls_by_direction ON calls (org_id, direction, created_at DESC, call_id DESC)
    WHERE NOT live;
CREATE INDEX calls_by_agent ON calls (org_id, agent_id, created_at DESC, call_id DESC)
    WHERE NOT live AND agent_id IS NOT NULL;
CREATE INDEX calls_by_queue ON calls (org_id, queue_id, created_at DESC, call_id DESC)
    WHERE NOT live AND queue_id IS NOT NULL;
CREATE INDEX calls_by_campaign ON calls (org_id, campaign_id, created_at DESC, call_id DESC)
    WHERE NOT live AND campaign_id IS NOT NULL;
CREATE INDEX calls_by_contact ON calls (org_id, contact_id, created_at DESC, call_id DESC)
    WHERE NOT live AND contact_id IS NOT NULL;
CREATE INDEX calls_by_subject ON calls (org_id, subject_id, created_at DESC, call_id DESC)
    WHERE NOT live;
CREATE INDEX calls_by_disposition ON calls (org_id, disposition, created_at DESC, call_id DESC)
    WHERE NOT live AND disposition IS NOT NULL;
CREATE INDEX calls_by_duration ON calls (org_id, total_ms) WHERE NOT live AND total_ms IS NOT NULL;
