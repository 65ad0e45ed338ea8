-- Which calls bear a tag? Written by the projection `calls` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A table, because behind row-level security no index of arrays is used: PostgreSQL does not know
-- their operators to keep what they see to themselves.
CREATE TABLE call_tags (
    org_id  uuid NOT NULL,
    tag     text NOT NULL,
    call_id uuid NOT NULL,
    PRIMARY KEY (org_id, tag, call_id)
);

CREATE INDEX call_tags_of_call ON call_tags (org_id, call_id);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'call_tags', 'projector');
SELECT voice_grant('SELECT', 'call_tags', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('call_tags', ARRAY['projector', 'auditor']);

ALTER TABLE calls DROP COLUMN tags;
