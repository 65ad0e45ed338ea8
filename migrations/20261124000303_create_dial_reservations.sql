-- Question: is another call to this number under way, and how many calls are there at once?
-- Written by the processes alone (telephony/reservation.rs, dial_submitter).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per organization and number, taken before the command and given back with the end.
CREATE TABLE dial_reservations (
    org_id      uuid        NOT NULL,
    subject_id  uuid        NOT NULL,
    call_id     uuid        NOT NULL,
    reserved_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, subject_id)
);

CREATE INDEX dial_reservations_call ON dial_reservations (org_id, call_id);
-- What was reserved and never dialed is looked for by its age.
CREATE INDEX dial_reservations_age ON dial_reservations (reserved_at);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'dial_reservations', 'app');
SELECT voice_grant('SELECT', 'dial_reservations', 'auditor');
