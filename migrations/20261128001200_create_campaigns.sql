-- Whom does an organization call, when and how? Written by the projection `campaigns` alone; which
-- name belongs to which campaign is written by the command service of campaigns alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the campaign as the domain folds it.
CREATE TABLE campaigns (
    org_id      uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    version     bigint      NOT NULL,
    status      text        NOT NULL,
    mode        text        NOT NULL,
    teams       uuid[]      NOT NULL,
    agents      uuid[]      NOT NULL,
    created_at  timestamptz NOT NULL,
    state       json        NOT NULL,
    PRIMARY KEY (org_id, campaign_id)
) WITH (fillfactor = 80);

CREATE INDEX campaigns_newest ON campaigns (org_id, created_at DESC, campaign_id DESC);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'campaigns', 'projector');
SELECT voice_grant('SELECT', 'campaigns', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('campaigns', ARRAY['projector', 'auditor']);

-- The name in its folded form, and since when somebody means to give it to a campaign. Whether it
-- has it, the log says.
CREATE TABLE campaign_names (
    org_id      uuid        NOT NULL,
    name        text        NOT NULL,
    campaign_id uuid        NOT NULL,
    reserved_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, name)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'campaign_names', 'process');
SELECT voice_wall('campaign_names', ARRAY['process']);
