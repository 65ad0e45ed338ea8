-- Which erasure has a request with an idempotency key led to? Written by the erasures alone
-- (processes/erasure).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `request_id` is a keyed hash of who has asked under which key, `mark` one of whom they have named
-- and why, so that whoever names somebody else under the same key is told so. After a day the row
-- is removed: nothing leads from a person to their erasure then.
CREATE TABLE erasure_requests (
    org_id       uuid        NOT NULL,
    request_id   uuid        NOT NULL,
    mark         uuid        NOT NULL,
    erasure_id   uuid,
    requested_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, request_id)
);

CREATE INDEX erasure_requests_age ON erasure_requests (requested_at);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'erasure_requests', 'process');
SELECT voice_wall('erasure_requests', ARRAY['process']);
