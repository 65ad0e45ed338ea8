-- Which aggregates does a process have to look at, and when? Written by the processes alone
-- (processes/reactor).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- One row per process and aggregate. `due_at` is when it is looked at next, and none where it has
-- failed too often: a dead letter. `position`, `event_id` and `correlation_id` are of the newest
-- fact that asks for it, and `asked` is how often it was asked for: a look answers for what was
-- asked before it.
CREATE TABLE process_tasks (
    org_id         uuid        NOT NULL,
    task_id        uuid        NOT NULL DEFAULT gen_random_uuid(),
    process        text        NOT NULL,
    aggregate_type text        NOT NULL,
    aggregate_id   uuid        NOT NULL,
    position       bigint      NOT NULL,
    event_id       uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    asked          bigint      NOT NULL DEFAULT 1,
    due_at         timestamptz,
    attempts       integer     NOT NULL DEFAULT 0,
    error          text,
    failed_at      timestamptz,
    PRIMARY KEY (org_id, task_id),
    UNIQUE (org_id, process, aggregate_type, aggregate_id),
    CHECK (due_at IS NOT NULL OR failed_at IS NOT NULL)
) WITH (fillfactor = 80);

CREATE INDEX process_tasks_due ON process_tasks (process, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX process_tasks_dead ON process_tasks (org_id, failed_at DESC, task_id DESC)
    WHERE due_at IS NULL;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'process_tasks', 'process');
SELECT voice_grant('SELECT', 'process_tasks', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('process_tasks', ARRAY['process', 'auditor']);
