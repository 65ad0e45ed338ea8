-- By what is a person found, and which key-encryption key wraps a key? Written by the keyring alone
-- (event-store).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `blind` is the keyed hash of what the person is found by, such as a number. It goes with the key,
-- so that nothing leads from the number to what was erased.
ALTER TABLE subject_keys ADD COLUMN kek smallint NOT NULL DEFAULT 1, ADD COLUMN blind uuid;
ALTER TABLE organization_secrets ADD COLUMN kek smallint NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX subject_keys_blind ON subject_keys (org_id, blind);
CREATE INDEX subject_keys_kek ON subject_keys (kek);

-- What re-wraps and destroys keys sees those of every organization.
SELECT voice_grant('SELECT, UPDATE', t, 'process')
FROM unnest(ARRAY['organization_secrets', 'subject_keys']) t;
SELECT voice_grant('DELETE', 'subject_keys', 'process');
DO $$
DECLARE t text; prefix text := current_setting('voice.prefix');
BEGIN
    FOREACH t IN ARRAY ARRAY['organization_secrets', 'subject_keys'] LOOP
        EXECUTE format('CREATE POLICY every_organization_process ON %I TO %I '
                       'USING (true) WITH CHECK (true)', t, prefix || '_process');
    END LOOP;
END $$;
