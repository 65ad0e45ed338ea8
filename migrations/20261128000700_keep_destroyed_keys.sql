-- Which keys were destroyed? Written by the keyring alone (event-store).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- The row of a destroyed key stays, without the key and without what leads to it: a command that
-- was on its way while somebody was erased finds it, and cannot make them a new one.
ALTER TABLE subject_keys ALTER COLUMN wrapped DROP NOT NULL;
DO $$
BEGIN
    EXECUTE format('REVOKE DELETE ON subject_keys FROM %I',
                   current_setting('voice.prefix') || '_process');
END $$;
