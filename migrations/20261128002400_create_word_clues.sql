-- In which calls was a word said? Written by the keyring alone (event-store), beside the keys.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Clues as in `person_clues`, but many: hundreds for each call. So a row has no more than its key,
-- and half of a hash, which is enough for whoever opens what is found.
CREATE TABLE word_clues (
    org_id    uuid   NOT NULL,
    clue      bigint NOT NULL,
    holder_id uuid   NOT NULL,
    PRIMARY KEY (org_id, clue, holder_id)
);

-- All clues of a holder, which lead to their rows without an index of these: whom they tell of, and
-- the version of the holder that they are of.
CREATE TABLE word_holders (
    org_id     uuid        NOT NULL,
    holder_id  uuid        NOT NULL,
    subject_id uuid        NOT NULL,
    version    bigint      NOT NULL,
    noted_at   timestamptz NOT NULL,
    clues      bigint[]    NOT NULL,
    PRIMARY KEY (org_id, holder_id)
);

CREATE INDEX word_holders_of_subject ON word_holders (org_id, subject_id);

SELECT voice_grant('SELECT', 'word_clues', 'app');
SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'process'),
       voice_wall(t, ARRAY['process'])
FROM unnest(ARRAY['word_clues', 'word_holders']) t;
