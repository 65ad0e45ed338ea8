-- What do callers do in the flows that they hear? Written by the projection `ivr_sessions` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per passage of a call through a flow. `menu_id` and `since` are where the fold stands: in
-- which menu the caller is, and since when.
CREATE TABLE ivr_sessions (
    org_id       uuid        NOT NULL,
    call_id      uuid        NOT NULL,
    session      integer     NOT NULL,
    flow_id      uuid        NOT NULL,
    flow_version integer     NOT NULL,
    entered_at   timestamptz NOT NULL,
    exited_at    timestamptz,
    outcome      text,
    menu_id      uuid,
    since        timestamptz,
    PRIMARY KEY (org_id, call_id, session)
) WITH (fillfactor = 80);

CREATE INDEX ivr_sessions_entered ON ivr_sessions (org_id, entered_at);

-- One row per menu of a session: what was heard there and said.
CREATE TABLE ivr_session_menus (
    org_id    uuid    NOT NULL,
    call_id   uuid    NOT NULL,
    session   integer NOT NULL,
    menu_id   uuid    NOT NULL,
    visits    integer NOT NULL,
    inputs    integer NOT NULL,
    matched   integer NOT NULL,
    timeouts  integer NOT NULL,
    exited    boolean NOT NULL,
    ms        bigint  NOT NULL,
    PRIMARY KEY (org_id, call_id, session, menu_id)
) WITH (fillfactor = 80);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'projector')
FROM unnest(ARRAY['ivr_sessions', 'ivr_session_menus']) t;
SELECT voice_grant('SELECT', t, r)
FROM unnest(ARRAY['ivr_sessions', 'ivr_session_menus']) t, unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['ivr_sessions', 'ivr_session_menus']) t;
