-- Who is left to administer an organization? Written by the accounts alone (processes/auth), before
-- one of them stops being one, so that of two who do so at once one is refused.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE administrators (
    org_id  uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'administrators', 'process');
SELECT voice_wall('administrators', ARRAY['process']);
