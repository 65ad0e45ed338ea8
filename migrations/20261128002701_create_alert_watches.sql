-- What has each rule seen of each subject, and in which organizations does anything happen? Written
-- by whoever evaluates rules alone, under their lease.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A subject of which there is something to be remembered. `rule_at` is when its rule became as it
-- was when it was looked at.
CREATE TABLE alert_watches (
    org_id       uuid        NOT NULL,
    rule_id      uuid        NOT NULL,
    subject_type text        NOT NULL,
    subject_id   text        NOT NULL,
    rule_at      timestamptz,
    hits         smallint    NOT NULL,
    told         boolean     NOT NULL,
    looked_at    timestamptz NOT NULL,
    valued_at    timestamptz NOT NULL,
    quiet_until  timestamptz,
    PRIMARY KEY (org_id, rule_id, subject_type, subject_id)
) WITH (fillfactor = 70);

-- When the log last had a fact of an organization, as far as it was read.
CREATE TABLE alert_organizations (
    org_id    uuid        NOT NULL PRIMARY KEY,
    active_at timestamptz NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX alert_organizations_active ON alert_organizations (active_at);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'process'),
       voice_wall(t, ARRAY['process'])
FROM unnest(ARRAY['alert_watches', 'alert_organizations']) t;
