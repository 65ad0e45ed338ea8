-- The menus of these sessions.
INSERT INTO ivr_session_menus (
    org_id, call_id, session, menu_id, visits, inputs, matched, timeouts, exited, ms
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::int[], $7::int[], $8::int[],
    $9::bool[], $10::bigint[]
)
ON CONFLICT (org_id, call_id, session, menu_id) DO UPDATE
SET visits = EXCLUDED.visits, inputs = EXCLUDED.inputs, matched = EXCLUDED.matched,
    timeouts = EXCLUDED.timeouts, exited = EXCLUDED.exited, ms = EXCLUDED.ms
