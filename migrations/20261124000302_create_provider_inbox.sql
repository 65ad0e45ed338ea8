-- Question: what has a telephone provider told us, and what did we make of it?
-- Written by the processes alone (telephony/inbox).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE provider_inbox (
    org_id           uuid NOT NULL,
    provider         text NOT NULL,
    account          text NOT NULL,
    provider_call_id text NOT NULL,
    callback_kind    text NOT NULL,
    -- The provider's sequence number, or the SHA-256 of what was said.
    dedup_key        text NOT NULL,
    id               uuid NOT NULL UNIQUE,
    call_id          uuid,
    status           text NOT NULL,
    provider_at      timestamptz NOT NULL,
    duration_seconds bigint,
    answered_by      text,
    sip_code         integer,
    received_at      timestamptz NOT NULL,
    state            text NOT NULL CHECK (state IN ('received', 'applied', 'stale', 'unknown',
                         'unmatched', 'orphaned', 'conflict')),
    attempts         integer NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz,
    settled_at       timestamptz,
    PRIMARY KEY (org_id, provider, account, provider_call_id, callback_kind, dedup_key)
);

CREATE INDEX provider_inbox_due ON provider_inbox (next_attempt_at)
    WHERE state IN ('received', 'unmatched');

SELECT voice_grant('SELECT, INSERT, UPDATE', 'provider_inbox', 'app');
SELECT voice_grant('SELECT', 'provider_inbox', 'auditor');
