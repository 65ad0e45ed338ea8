-- Whose personal data was erased, when and why? Written by the erasures alone (processes/erasure).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- The person is a random id to which nothing leads any more. The ledger, a file beside the
-- database, has the same; what it knows and this table does not, was lost in a restore.
CREATE TABLE erasures (
    org_id        uuid        NOT NULL,
    erasure_id    uuid        NOT NULL,
    subject_id    uuid        NOT NULL,
    key_mark      bytea       NOT NULL CHECK (octet_length(key_mark) = 8),
    legal_basis   text        NOT NULL,
    requested_by  text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    ledger_number bigint,
    ledger_hash   bytea,
    due_at        timestamptz,
    calls         bigint,
    position      bigint,
    erased_at     timestamptz,
    PRIMARY KEY (org_id, erasure_id)
);

CREATE INDEX erasures_newest ON erasures (org_id, requested_at DESC, erasure_id DESC);
CREATE INDEX erasures_due ON erasures (due_at) WHERE due_at IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE', 'erasures', 'process');
SELECT voice_grant('SELECT', 'erasures', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('erasures', ARRAY['process', 'auditor']);
