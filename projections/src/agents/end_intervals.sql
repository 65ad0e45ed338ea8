-- What agents of a batch did until then.
UPDATE agent_intervals i SET ended_at = e.ended_at
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[])
    AS e(org_id, agent_id, began_with, ended_at)
WHERE i.org_id = e.org_id AND i.agent_id = e.agent_id AND i.ended_at IS NULL
  AND i.began_with < e.began_with
