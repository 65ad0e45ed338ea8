-- Was a matter settled by the first call about it? Written by the projection `call_facts` alone:
-- whether the caller is known, which of our numbers they dialed, and whether the result settles it.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

ALTER TABLE call_facts
    ADD COLUMN identified boolean NOT NULL DEFAULT false,
    ADD COLUMN dialed text,
    ADD COLUMN resolves boolean NOT NULL DEFAULT false;

-- What else somebody has called about.
CREATE INDEX call_facts_of_caller ON call_facts (org_id, subject_id, created_at)
    WHERE direction = 'inbound' AND handled_at IS NOT NULL;
