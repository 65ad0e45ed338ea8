-- How far is a reset of many contacts of a campaign? Written by the resets of contacts
-- (processes/resets) alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `chunk` are the contacts that are being told: whoever is killed tells them again. `passed` is the
-- last one behind which there is nothing left to do.
CREATE TABLE contact_resets (
    org_id      uuid        NOT NULL,
    reset_id    uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    filter      json        NOT NULL,
    asked_by    uuid        NOT NULL,
    asked_at    timestamptz NOT NULL,
    passed      uuid        NOT NULL,
    chunk       uuid[]      NOT NULL,
    looked_at   bigint      NOT NULL,
    reset       bigint      NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (org_id, reset_id)
) WITH (fillfactor = 70);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'contact_resets', 'process');
SELECT voice_grant('SELECT', 'contact_resets', 'app');
SELECT voice_wall('contact_resets', ARRAY['process']);

-- Contacts with whom it is over, in an order that no reset of theirs changes.
CREATE INDEX contacts_over ON contacts (org_id, campaign_id, contact_id)
    WHERE status IN ('completed', 'failed');
