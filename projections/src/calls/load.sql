-- The states of calls that began before a batch. LIMIT makes it one look at the key per call,
-- whatever the planner believes about a table that has just been filled.
SELECT k.org_id AS "org_id!", k.call_id AS "call_id!", c.version, c.last_position,
       c.state::text AS "state!"
FROM unnest($1::uuid[], $2::uuid[]) AS k(org_id, call_id),
    LATERAL (SELECT * FROM calls WHERE org_id = k.org_id AND call_id = k.call_id LIMIT 1) c
