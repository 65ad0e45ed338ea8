-- With which key is a person's data sealed, with which secret are an organization's ids derived?
-- Written by the keyring alone (event-store). Both are wrapped by the key-encryption key, which
-- is not here.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE organization_secrets (
    org_id     uuid        PRIMARY KEY,
    wrapped    bytea       NOT NULL CHECK (octet_length(wrapped) = 72),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Destroying a row here is what erasing a person means.
CREATE TABLE subject_keys (
    org_id     uuid        NOT NULL,
    subject_id uuid        NOT NULL,
    wrapped    bytea       NOT NULL CHECK (octet_length(wrapped) = 72),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, subject_id)
);

SELECT voice_grant('SELECT, INSERT', t, 'app')
FROM unnest(ARRAY['organization_secrets', 'subject_keys']) t;
