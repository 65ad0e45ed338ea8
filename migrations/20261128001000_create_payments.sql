-- What was paid, and what has happened to the money? Written by the projection `payments` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the payment as the domain folds it, personal fields sealed.
CREATE TABLE payments (
    org_id       uuid        NOT NULL,
    payment_id   uuid        NOT NULL,
    version      bigint      NOT NULL,
    status       text        NOT NULL,
    currency     text        NOT NULL,
    amount_minor bigint      NOT NULL,
    call_id      uuid,
    contact_id   uuid,
    created_by   uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    state        json        NOT NULL,
    PRIMARY KEY (org_id, payment_id)
) WITH (fillfactor = 80);

CREATE INDEX payments_newest ON payments (org_id, created_at DESC, payment_id DESC);
CREATE INDEX payments_of_call ON payments (org_id, call_id, created_at DESC, payment_id DESC)
    WHERE call_id IS NOT NULL;
CREATE INDEX payments_of_contact ON payments (org_id, contact_id, created_at DESC, payment_id DESC)
    WHERE contact_id IS NOT NULL;
CREATE INDEX payments_by ON payments (org_id, created_by, created_at DESC, payment_id DESC);

-- One row for each time that money was kept for us, taken, let go, given back or disputed; `name`
-- is the id under which it was asked for, or the provider's name of a dispute.
CREATE TABLE transactions (
    org_id       uuid        NOT NULL,
    payment_id   uuid        NOT NULL,
    kind         text        NOT NULL,
    name         text        NOT NULL,
    status       text        NOT NULL,
    currency     text        NOT NULL,
    amount_minor bigint      NOT NULL,
    provider_ref text,
    code         text,
    call_id      uuid,
    contact_id   uuid,
    created_by   uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, payment_id, kind, name)
) WITH (fillfactor = 80);

CREATE INDEX transactions_newest
    ON transactions (org_id, created_at DESC, payment_id DESC, kind DESC, name DESC);
CREATE INDEX transactions_of_call
    ON transactions (org_id, call_id, created_at DESC, payment_id DESC, kind DESC, name DESC)
    WHERE call_id IS NOT NULL;
CREATE INDEX transactions_of_contact
    ON transactions (org_id, contact_id, created_at DESC, payment_id DESC, kind DESC, name DESC)
    WHERE contact_id IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'projector')
FROM unnest(ARRAY['payments', 'transactions']) t;
SELECT voice_grant('SELECT', t, r)
FROM unnest(ARRAY['payments', 'transactions']) t, unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['payments', 'transactions']) t;
