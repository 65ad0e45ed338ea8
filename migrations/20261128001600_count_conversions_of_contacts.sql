-- How many contacts are over with a conversion? Written by the projection `contacts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- What the fact says that their outcome counted as; older facts say nothing, and their outcome is a
-- standard code, which always counts as the same.
ALTER TABLE contacts ADD COLUMN conversion boolean;
