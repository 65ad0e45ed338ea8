-- Which calls has the dialer begun, and how fast does it go on? Written by the dialer and by who joins
-- agents with calls alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per call that was dialed by itself and is not over: written before the contact is told, so
-- that whoever dies in between is carried on. `agent_id` is who was asked for last, before they were
-- reserved; `live_at` since when a person waits for them; `connected` whether somebody came.
CREATE TABLE dialer_lines (
    org_id      uuid        NOT NULL,
    call_id     uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    contact_id  uuid        NOT NULL,
    begun_at    timestamptz NOT NULL,
    made        boolean     NOT NULL DEFAULT false,
    live_at     timestamptz,
    agent_id    uuid,
    connected   boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, call_id)
) WITH (fillfactor = 70);

CREATE INDEX dialer_lines_of_campaign ON dialer_lines (org_id, campaign_id);

-- How fast a campaign dials: calls that it may begin at once, the gain of its pace, and what the
-- last tick has found.
CREATE TABLE dialer_paces (
    org_id      uuid             NOT NULL,
    campaign_id uuid             NOT NULL,
    tokens      double precision NOT NULL,
    gain        double precision NOT NULL,
    paced_at    timestamptz      NOT NULL,
    ticked_at   timestamptz      NOT NULL,
    agents      integer          NOT NULL,
    available   integer          NOT NULL,
    dialing     integer          NOT NULL,
    live        integer          NOT NULL,
    PRIMARY KEY (org_id, campaign_id)
) WITH (fillfactor = 70);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'process')
FROM unnest(ARRAY['dialer_lines', 'dialer_paces']) t;
SELECT voice_wall(t, ARRAY['process']) FROM unnest(ARRAY['dialer_lines', 'dialer_paces']) t;
