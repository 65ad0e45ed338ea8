-- How many calls, how long, how handled, with what result?
-- Written by the projection `call_facts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per call. The last five columns are where the fold stands while
-- something is going on; they say nothing about a call that is over.
CREATE TABLE call_facts (
    org_id          uuid        NOT NULL,
    call_id         uuid        NOT NULL,
    last_position   bigint      NOT NULL,
    updated_at      timestamptz NOT NULL,
    direction       text        NOT NULL,
    provider        text,
    subject_id      uuid        NOT NULL,
    test            boolean     NOT NULL,
    queue_id        uuid,
    queue_label     text,
    campaign_id     uuid,
    campaign_label  text,
    agent_id        uuid,
    agent_label     text,
    created_at      timestamptz NOT NULL,
    ringing_at      timestamptz,
    answered_at     timestamptz,
    ended_at        timestamptz,
    handled_at      timestamptz,
    answered_by     text,
    end_status      text,
    ring_ms         bigint,
    queue_ms        bigint,
    talk_ms         bigint,
    hold_ms         bigint,
    wrap_ms         bigint,
    handle_ms       bigint,
    total_ms        bigint,
    holds           integer     NOT NULL,
    agent_segments  integer     NOT NULL,
    queue_segments  integer     NOT NULL,
    disposition     text,
    human_contact   boolean     NOT NULL,
    right_party     boolean     NOT NULL,
    conversion      boolean     NOT NULL,
    resolved        boolean,
    rating          smallint,
    connected_ms    bigint      NOT NULL,
    connected_at    timestamptz,
    handling_until  timestamptz,
    held_at         timestamptz,
    wrapping_since  timestamptz,
    PRIMARY KEY (org_id, call_id)
) WITH (fillfactor = 80);

-- One index per cohort instant of domain/06 §6.2.
CREATE INDEX call_facts_created ON call_facts (org_id, created_at);
CREATE INDEX call_facts_handled ON call_facts (org_id, handled_at) WHERE handled_at IS NOT NULL;
CREATE INDEX call_facts_judged ON call_facts (org_id, answered_at)
    WHERE rating IS NOT NULL OR resolved IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'call_facts', 'projector');
SELECT voice_grant('SELECT', 'call_facts', 'app');
SELECT voice_grant('SELECT', 'call_facts', 'auditor');
