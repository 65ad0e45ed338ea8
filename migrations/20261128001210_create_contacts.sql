-- Who is to be called by a campaign, and what has come of it? Written by the projection `contacts`
-- alone; who looks at whom is written by the command service of contacts alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Guards ask the log, never this table. `state` is the contact as the domain folds it, what is
-- personal sealed. `due_at` is when a contact that waits can be called, `agent_id` whose call back
-- it is.
CREATE TABLE contacts (
    org_id      uuid        NOT NULL,
    contact_id  uuid        NOT NULL,
    version     bigint      NOT NULL,
    campaign_id uuid        NOT NULL,
    subject_id  uuid        NOT NULL,
    status      text        NOT NULL,
    callback    boolean     NOT NULL,
    agent_id    uuid,
    due_at      timestamptz,
    priority    smallint    NOT NULL,
    tried       integer     NOT NULL,
    started     integer     NOT NULL,
    outcome     text,
    tags        text[]      NOT NULL,
    created_at  timestamptz NOT NULL,
    state       json        NOT NULL,
    PRIMARY KEY (org_id, contact_id)
) WITH (fillfactor = 70);

CREATE INDEX contacts_newest ON contacts (org_id, created_at DESC, contact_id DESC);
CREATE INDEX contacts_of_campaign
    ON contacts (org_id, campaign_id, created_at DESC, contact_id DESC);
CREATE INDEX contacts_by_status ON contacts (org_id, campaign_id, status);
CREATE INDEX contacts_of_subject ON contacts (org_id, subject_id);
-- The order in which contacts are called: calls that were agreed on, then by priority.
CREATE INDEX contacts_to_call
    ON contacts (org_id, campaign_id, callback DESC, priority DESC, tried, due_at, contact_id)
    WHERE due_at IS NOT NULL;

CREATE INDEX contacts_own_calls ON contacts (org_id, campaign_id, agent_id, due_at)
    WHERE agent_id IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'contacts', 'projector');
SELECT voice_grant('SELECT', 'contacts', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('contacts', ARRAY['projector', 'auditor']);

-- Who was given a contact to look at, until when. Whoever calls it, the contact decides.
CREATE TABLE contact_previews (
    org_id     uuid        NOT NULL,
    contact_id uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    until      timestamptz NOT NULL,
    PRIMARY KEY (org_id, contact_id)
);

CREATE INDEX contact_previews_of_user ON contact_previews (org_id, user_id);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'contact_previews', 'process');
SELECT voice_wall('contact_previews', ARRAY['process']);
