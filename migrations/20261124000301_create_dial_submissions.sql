-- Question: was the provider asked to dial this call, what did it say, and what is still owed?
-- Written by the processes alone (telephony: dial_submitter, inbox, reconciler).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE dial_submissions (
    org_id           uuid NOT NULL,
    call_id          uuid NOT NULL,
    -- The CallInitiated that asks for it.
    event_id         uuid NOT NULL,
    position         bigint NOT NULL,
    correlation_id   uuid NOT NULL,
    initiated_at     timestamptz NOT NULL,
    -- queued: nobody was asked yet. dialing: committed before the one request, never repeated.
    state            text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'dialing',
                         'submitted', 'rejected', 'ambiguous', 'expired', 'withdrawn')),
    provider         text,
    account          text,
    provider_call_id text,
    reason           text,
    dialing_at       timestamptz,
    finished_at      timestamptz,
    -- When the log was told of the outcome.
    recorded_at      timestamptz,
    -- When a call that was never heard of is given up, and when that was done.
    timeout_at       timestamptz NOT NULL,
    timed_out_at     timestamptz,
    -- The CallEndRequested that asks for the end, if there is one.
    end_requested_at timestamptz,
    end_event_id     uuid,
    end_correlation  uuid,
    end_sent_at      timestamptz,
    observed_at      timestamptz,
    polled_at        timestamptz,
    ended_at         timestamptz,
    PRIMARY KEY (org_id, call_id)
);

CREATE UNIQUE INDEX dial_submissions_provider_call
    ON dial_submissions (org_id, provider, account, provider_call_id)
    WHERE provider_call_id IS NOT NULL;
-- Only calls that are not over are looked for; there are few of them.
CREATE INDEX dial_submissions_queued ON dial_submissions (position)
    WHERE state = 'queued' AND ended_at IS NULL;
CREATE INDEX dial_submissions_timeout ON dial_submissions (timeout_at)
    WHERE ended_at IS NULL AND timed_out_at IS NULL;
CREATE INDEX dial_submissions_live ON dial_submissions (dialing_at)
    WHERE ended_at IS NULL;
CREATE INDEX dial_submissions_to_end ON dial_submissions (end_requested_at)
    WHERE end_requested_at IS NOT NULL AND end_sent_at IS NULL AND ended_at IS NULL;
CREATE INDEX dial_submissions_unrecorded ON dial_submissions (finished_at)
    WHERE recorded_at IS NULL AND finished_at IS NOT NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE', 'dial_submissions', 'app');
SELECT voice_grant('SELECT', 'dial_submissions', 'auditor');
