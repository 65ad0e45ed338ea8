-- What has come of money on each day? Written by the projection `payments` alone, as its tables are.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX transactions_settled ON transactions (org_id, updated_at)
    WHERE status IN ('succeeded', 'declined', 'lost');
