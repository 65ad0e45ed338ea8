-- How do people feel in a call, and over weeks? Written by the projection `sentiment` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A run per engine, version of it and version of the transcript. `found` is what it has found of
-- the call as a whole. Scores are in ten-thousandths.
CREATE TABLE sentiment_runs (
    org_id             uuid        NOT NULL,
    call_id            uuid        NOT NULL,
    run_id             uuid        NOT NULL,
    position           bigint      NOT NULL,
    engine             text        NOT NULL,
    engine_version     text        NOT NULL,
    transcript_version bigint      NOT NULL,
    computed_at        timestamptz NOT NULL,
    found              json        NOT NULL,
    PRIMARY KEY (org_id, call_id, run_id)
);

CREATE TABLE sentiment_utterances (
    org_id  uuid    NOT NULL,
    call_id uuid    NOT NULL,
    run_id  uuid    NOT NULL,
    seq     integer NOT NULL,
    scored  json    NOT NULL,
    PRIMARY KEY (org_id, call_id, run_id, seq)
);

-- What the last run of an engine in a version has found of the customer of a call.
CREATE TABLE sentiment_points (
    org_id         uuid    NOT NULL,
    engine         text    NOT NULL,
    engine_version text    NOT NULL,
    call_id        uuid    NOT NULL,
    run_id         uuid    NOT NULL,
    score          integer NOT NULL,
    label          text    NOT NULL,
    PRIMARY KEY (org_id, engine, engine_version, call_id)
) WITH (fillfactor = 90);

CREATE TABLE sentiment_alerts (
    org_id          uuid        NOT NULL,
    alert_id        uuid        NOT NULL,
    call_id         uuid        NOT NULL,
    kind            text        NOT NULL,
    severity        text        NOT NULL,
    score           integer,
    seq             integer     NOT NULL,
    raised_at       timestamptz NOT NULL,
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    cleared_at      timestamptz,
    PRIMARY KEY (org_id, alert_id)
) WITH (fillfactor = 80);

CREATE INDEX sentiment_alerts_newest ON sentiment_alerts (org_id, raised_at DESC, alert_id DESC);
CREATE UNIQUE INDEX sentiment_alerts_open ON sentiment_alerts (org_id, call_id, kind)
    WHERE cleared_at IS NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'projector'),
       voice_grant('SELECT', t, 'app'), voice_grant('SELECT', t, 'auditor'),
       voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['sentiment_runs', 'sentiment_utterances', 'sentiment_points',
                  'sentiment_alerts']) t;
