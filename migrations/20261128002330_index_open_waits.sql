-- Who waits now? It alone serves the live gauges of queues, by the queue of an open wait.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX queue_segments_open ON queue_segments (org_id, queued_at) WHERE reason IS NULL;
