-- Question: how far has a process come in the log, and which instance does its work now?
-- Written by the processes alone (telephony/dial_submitter/lease.rs).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE process_cursors (
    name        text PRIMARY KEY,
    position    bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    lease_epoch bigint NOT NULL DEFAULT 0,
    lease_owner uuid,
    lease_until timestamptz
);

SELECT voice_grant('SELECT, INSERT, UPDATE', 'process_cursors', 'app');
SELECT voice_grant('SELECT', 'process_cursors', 'auditor');
