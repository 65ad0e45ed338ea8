-- The sessions that a batch has moved.
INSERT INTO ivr_sessions (
    org_id, call_id, session, flow_id, flow_version, entered_at, exited_at, outcome, menu_id, since
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::timestamptz[], $7::timestamptz[],
    $8::text[], $9::uuid[], $10::timestamptz[]
)
ON CONFLICT (org_id, call_id, session) DO UPDATE
SET exited_at = EXCLUDED.exited_at, outcome = EXCLUDED.outcome, menu_id = EXCLUDED.menu_id,
    since = EXCLUDED.since
