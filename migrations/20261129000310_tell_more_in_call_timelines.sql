-- What was said, felt and paid in a call, step by step, and by whom? Written by the projection
-- `call_timeline` alone, as its table is.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `about` is the kind of aggregate of which a step is a fact, `sequence` its place there; a step of a
-- payment says which one.
ALTER TABLE call_timeline
    ADD COLUMN about text NOT NULL DEFAULT 'call',
    ADD COLUMN payment_id uuid,
    DROP CONSTRAINT call_timeline_pkey,
    ADD PRIMARY KEY (org_id, call_id, position);
ALTER TABLE call_timeline ALTER COLUMN about DROP DEFAULT;

-- In which call is it paid?
CREATE INDEX call_timeline_payments ON call_timeline (org_id, payment_id)
    WHERE payment_id IS NOT NULL;
