-- The menus of some sessions.
SELECT m.org_id, m.call_id, m.session, m.menu_id, m.visits, m.inputs, m.matched, m.timeouts,
       m.exited, m.ms
FROM ivr_session_menus m
WHERE (m.org_id, m.call_id, m.session) IN (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[])
)
