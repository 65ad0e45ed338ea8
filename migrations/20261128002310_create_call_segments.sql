-- How long did each agent have which call? Written by the projection `calls` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per agent's part of a call, with what it has from its call, so that a question about
-- agents needs no join. `handled_at` is when the handling was over, where the agent talked at all.
CREATE TABLE call_segments (
    org_id          uuid        NOT NULL,
    call_id         uuid        NOT NULL,
    segment_no      integer     NOT NULL,
    agent_id        uuid,
    agent_label     text,
    queue_id        uuid,
    queue_label     text,
    campaign_id     uuid,
    campaign_label  text,
    direction       text        NOT NULL,
    subject_id      uuid        NOT NULL,
    test            boolean     NOT NULL,
    connected_at    timestamptz NOT NULL,
    disconnected_at timestamptz,
    talk_ms         bigint,
    hold_ms         bigint,
    wrap_ms         bigint,
    handled_at      timestamptz,
    transferred     boolean     NOT NULL,
    PRIMARY KEY (org_id, call_id, segment_no)
) WITH (fillfactor = 80);

CREATE INDEX call_segments_handled ON call_segments (org_id, handled_at)
    WHERE handled_at IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'call_segments', 'projector');
SELECT voice_grant('SELECT', 'call_segments', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('call_segments', ARRAY['projector', 'auditor']);
