-- What has come of each call of a campaign? Written by the projection `campaign_attempts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per call. `live_at` is since when a person waits for an agent: when they answered, or when
-- it was found that no machine did. `answered_by` and `amd` are where the fold stands.
CREATE TABLE campaign_attempts (
    org_id       uuid        NOT NULL,
    call_id      uuid        NOT NULL,
    campaign_id  uuid        NOT NULL,
    contact_id   uuid,
    attempt_no   integer,
    dial_mode    text        NOT NULL,
    amd          boolean     NOT NULL,
    initiated_at timestamptz NOT NULL,
    answered_at  timestamptz,
    answered_by  text,
    live_at      timestamptz,
    connected_at timestamptz,
    dropped      boolean     NOT NULL,
    ended_at     timestamptz,
    outcome      text,
    disposition  text,
    conversion   boolean     NOT NULL,
    right_party  boolean     NOT NULL,
    PRIMARY KEY (org_id, call_id)
) WITH (fillfactor = 70);

-- How often somebody answers, by the last that are over.
CREATE INDEX campaign_attempts_over ON campaign_attempts (org_id, campaign_id, ended_at DESC)
    WHERE ended_at IS NOT NULL;
-- How many who answered found no agent, in a period.
CREATE INDEX campaign_attempts_live ON campaign_attempts (org_id, campaign_id, live_at)
    INCLUDE (dial_mode, dropped, connected_at, ended_at)
    WHERE live_at IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'campaign_attempts', 'projector');
SELECT voice_grant('SELECT', 'campaign_attempts', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('campaign_attempts', ARRAY['projector', 'auditor']);
