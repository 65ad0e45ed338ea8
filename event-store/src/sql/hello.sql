-- Who answers on this connection, what it promises of what it acknowledges, where the log is.
SELECT pg_backend_pid() AS pid,
       (SELECT a.backend_start FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()) AS started,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       h.epoch, h.position,
       (SELECT e.recorded_at FROM events e WHERE e.position = h.position) AS recorded_at,
       -- What was read is what holds from now on, whatever the configuration becomes.
       set_config('synchronous_commit', current_setting('synchronous_commit'), false),
       set_config('statement_timeout', $1, false),
       set_config('lock_timeout', $2, false),
       set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('jit', 'off', false)
FROM log_head h WHERE h.id = 1
