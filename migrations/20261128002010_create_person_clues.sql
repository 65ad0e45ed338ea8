-- Who may be found by something that several people have, such as how a name begins? Written by the
-- keyring alone (event-store), beside the keys.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A clue is a keyed hash under the organization's secret; `holder_id` bears what it was made of, and
-- `subject_id` is whom that tells of: their clues go with their key, in one transaction.
CREATE TABLE person_clues (
    org_id     uuid NOT NULL,
    clue       uuid NOT NULL,
    holder_id  uuid NOT NULL,
    subject_id uuid NOT NULL,
    PRIMARY KEY (org_id, clue, holder_id)
);

CREATE INDEX person_clues_of_holder ON person_clues (org_id, holder_id);
CREATE INDEX person_clues_of_subject ON person_clues (org_id, subject_id);

SELECT voice_grant('SELECT', 'person_clues', 'app');
SELECT voice_grant('SELECT, INSERT, DELETE', 'person_clues', 'process');
SELECT voice_wall('person_clues', ARRAY['process']);
