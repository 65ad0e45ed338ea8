-- How long did callers wait in queues, and what came of it?
-- Written by the projection `call_facts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per wait of a call. What it has from its call never changes, so that
-- a question about queues needs no join.
CREATE TABLE queue_segments (
    org_id         uuid        NOT NULL,
    call_id        uuid        NOT NULL,
    queue_segment  integer     NOT NULL,
    queue_id       uuid,
    queue_label    text,
    campaign_id    uuid,
    campaign_label text,
    agent_id       uuid,
    agent_label    text,
    direction      text        NOT NULL,
    subject_id     uuid        NOT NULL,
    test           boolean     NOT NULL,
    queued_at      timestamptz NOT NULL,
    dequeued_at    timestamptz,
    reason         text,
    wait_ms        bigint,
    PRIMARY KEY (org_id, call_id, queue_segment)
) WITH (fillfactor = 80);

CREATE INDEX queue_segments_queued ON queue_segments (org_id, queued_at);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'queue_segments', 'projector');
SELECT voice_grant('SELECT', 'queue_segments', 'app');
SELECT voice_grant('SELECT', 'queue_segments', 'auditor');
