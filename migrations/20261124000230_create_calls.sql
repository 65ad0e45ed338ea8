-- Which calls are there, and how is each of them now?
-- Written by the projection `calls` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the call as the domain folds it, personal fields sealed; the other
-- columns are what lists filter and sort by.
CREATE TABLE calls (
    org_id        uuid        NOT NULL,
    call_id       uuid        NOT NULL,
    version       bigint      NOT NULL,
    last_position bigint      NOT NULL,
    updated_at    timestamptz NOT NULL,
    status        text        NOT NULL,
    stage         text        NOT NULL,
    direction     text        NOT NULL,
    agent_id      uuid,
    queue_id      uuid,
    campaign_id   uuid,
    contact_id    uuid,
    subject_id    uuid        NOT NULL,
    disposition   text,
    tags          text[]      NOT NULL,
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    total_ms      bigint,
    live          boolean     NOT NULL,
    state         json        NOT NULL,
    PRIMARY KEY (org_id, call_id)
) WITH (fillfactor = 70);

-- Newest first, by every filter of the list; the planner takes the narrowest.
CREATE INDEX calls_newest ON calls (org_id, created_at DESC, call_id DESC);
CREATE INDEX calls_live ON calls (org_id, created_at DESC, call_id DESC) WHERE live;
CREATE INDEX calls_by_status ON calls (org_id, status, created_at DESC, call_id DESC);
CREATE INDEX calls_by_stage ON calls (org_id, stage, created_at DESC, call_id DESC);
CREATE INDEX calls_by_direction ON calls (org_id, direction, created_at DESC, call_id DESC);
CREATE INDEX calls_by_agent ON calls (org_id, agent_id, created_at DESC, call_id DESC)
    WHERE agent_id IS NOT NULL;
CREATE INDEX calls_by_queue ON calls (org_id, queue_id, created_at DESC, call_id DESC)
    WHERE queue_id IS NOT NULL;
CREATE INDEX calls_by_campaign ON calls (org_id, campaign_id, created_at DESC, call_id DESC)
    WHERE campaign_id IS NOT NULL;
CREATE INDEX calls_by_contact ON calls (org_id, contact_id, created_at DESC, call_id DESC)
    WHERE contact_id IS NOT NULL;
CREATE INDEX calls_by_subject ON calls (org_id, subject_id, created_at DESC, call_id DESC);
CREATE INDEX calls_by_disposition ON calls (org_id, disposition, created_at DESC, call_id DESC)
    WHERE disposition IS NOT NULL;
CREATE INDEX calls_by_duration ON calls (org_id, total_ms) WHERE total_ms IS NOT NULL;
-- The organization is one of the words, so that another's words cost nothing.
CREATE INDEX calls_by_tag ON calls USING gin (array_append(tags, org_id::text)) WHERE tags <> '{}';

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'calls', 'projector');
SELECT voice_grant('SELECT', 'calls', 'app');
SELECT voice_grant('SELECT', 'calls', 'auditor');
