-- Of which money does nobody know whether it has moved? Written by the projection `payments` alone,
-- as its tables are.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX transactions_unknown ON transactions (org_id, updated_at) WHERE status = 'unknown';
