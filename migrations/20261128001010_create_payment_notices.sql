-- What have providers told of payments by themselves, and was it applied? Written by the processes
-- alone (processes/payments).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE payment_notices (
    org_id      uuid        NOT NULL,
    notice_id   uuid        NOT NULL,
    provider    text        NOT NULL,
    event_id    text        NOT NULL,
    payment_id  uuid        NOT NULL,
    told        json        NOT NULL,
    received_at timestamptz NOT NULL,
    applied_at  timestamptz,
    outcome     text,
    PRIMARY KEY (org_id, notice_id),
    -- What comes twice under one name is one.
    UNIQUE (org_id, provider, event_id)
);

CREATE INDEX payment_notices_waiting ON payment_notices (org_id, payment_id, received_at)
    WHERE applied_at IS NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE', 'payment_notices', 'process');
SELECT voice_grant('SELECT', 'payment_notices', 'auditor');
SELECT voice_wall('payment_notices', ARRAY['process', 'auditor']);
