-- Who takes calls, what do they do now, and what have they done? Written by the projection `agents`
-- alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- What seldom changes.
CREATE TABLE agent_directory (
    org_id     uuid        NOT NULL,
    agent_id   uuid        NOT NULL,
    active     boolean     NOT NULL,
    skills     text[]      NOT NULL,
    languages  text[]      NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, agent_id)
);

CREATE INDEX agent_directory_newest ON agent_directory (org_id, created_at DESC, agent_id DESC);

-- What changes all the time; `state` is the agent as the domain folds it, personal fields sealed.
CREATE TABLE agent_live (
    org_id   uuid    NOT NULL,
    agent_id uuid    NOT NULL,
    version  bigint  NOT NULL,
    presence text    NOT NULL,
    activity text    NOT NULL,
    routable boolean NOT NULL,
    state    json    NOT NULL,
    PRIMARY KEY (org_id, agent_id)
) WITH (fillfactor = 70);

-- What they did, from when until when, by the number of the fact with which it began.
CREATE TABLE agent_intervals (
    org_id      uuid        NOT NULL,
    agent_id    uuid        NOT NULL,
    began_with  bigint      NOT NULL,
    activity    text        NOT NULL,
    reason_code text,
    set_by      text,
    note        text,
    call_id     uuid,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (org_id, agent_id, began_with)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'projector')
FROM unnest(ARRAY['agent_directory', 'agent_live', 'agent_intervals']) t;
SELECT voice_grant('SELECT', t, r)
FROM unnest(ARRAY['agent_directory', 'agent_live', 'agent_intervals']) t,
     unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['agent_directory', 'agent_live', 'agent_intervals']) t;
