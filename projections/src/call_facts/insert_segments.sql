-- Waits of calls that begin in a batch. The columns are those of `WaitFact`.
COPY queue_segments (
    org_id, call_id, queue_segment, queue_id, queue_label, campaign_id, campaign_label, agent_id,
    agent_label, direction, subject_id, test, queued_at, dequeued_at, reason, wait_ms)
FROM STDIN (FORMAT BINARY)
