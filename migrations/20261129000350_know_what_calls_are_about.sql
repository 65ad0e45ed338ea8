-- What was a call about, where its result says so? Written by the projection `call_facts` alone. No
-- call has a topic yet, so its rows are those that a rebuild would make.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

ALTER TABLE call_facts ADD COLUMN topic text;
