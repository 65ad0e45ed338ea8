-- Which numbers are not to be called? Written by the projection `dnc` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `entry_id` follows from the scope and the number by the organization's secret. Guards ask the
-- log, never this table. `state` is the entry as the domain folds it, the number sealed.
CREATE TABLE dnc (
    org_id        uuid        NOT NULL,
    entry_id      uuid        NOT NULL,
    version       bigint      NOT NULL,
    campaign_id   uuid,
    source        text        NOT NULL,
    suppressed_at timestamptz NOT NULL,
    expires_at    timestamptz,
    reinstated    boolean     NOT NULL,
    state         json        NOT NULL,
    PRIMARY KEY (org_id, entry_id)
) WITH (fillfactor = 80);

CREATE INDEX dnc_newest ON dnc (org_id, suppressed_at DESC, entry_id DESC);
CREATE INDEX dnc_of_campaign ON dnc (org_id, campaign_id, suppressed_at DESC, entry_id DESC)
    WHERE campaign_id IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'dnc', 'projector');
SELECT voice_grant('SELECT', 'dnc', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('dnc', ARRAY['projector', 'auditor']);
