-- Which erasure is this request about? Written by the erasures alone (processes/erasure).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A keyed hash of whom the request with an idempotency key named, for a day: who repeats it is told
-- of the same erasure, and who names somebody else under the same key is told so. After the day
-- nothing leads from the person to the erasure again.
ALTER TABLE erasures ADD COLUMN request_mark uuid;
CREATE INDEX erasures_marked ON erasures (requested_at) WHERE request_mark IS NOT NULL;
