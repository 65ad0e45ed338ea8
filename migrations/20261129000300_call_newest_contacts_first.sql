-- Whom does a campaign call next that calls first who came in last? Written by the projection
-- `contacts` alone, as its table is.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX contacts_to_call_newest
    ON contacts (org_id, campaign_id, callback DESC, priority DESC, tried,
                 (CASE WHEN callback THEN due_at END), created_at DESC, contact_id DESC)
    WHERE due_at IS NOT NULL;
