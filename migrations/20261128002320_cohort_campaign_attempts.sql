-- How often does a campaign reach somebody in a period? Written by the projection
-- `campaign_attempts` alone: an attempt is a call that a provider has taken.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

ALTER TABLE campaign_attempts
    ADD COLUMN submitted boolean NOT NULL DEFAULT false,
    ADD COLUMN human_contact boolean NOT NULL DEFAULT false;

CREATE INDEX campaign_attempts_initiated ON campaign_attempts (org_id, initiated_at);
