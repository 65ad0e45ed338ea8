-- Whose erasure is it? Written by the erasures alone (processes/erasure).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A random id is erased once: whoever asks at the same time is told of the same erasure.
CREATE UNIQUE INDEX erasures_subject ON erasures (org_id, subject_id);
