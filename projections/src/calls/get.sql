-- One call.
SELECT version, state::text AS "state!" FROM calls WHERE org_id = $1 AND call_id = $2
