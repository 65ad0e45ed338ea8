-- How many calls of an organization that go on, or that are over, pass a filter, counted up to a
-- limit.
SELECT count(*) AS "count!" FROM (
    SELECT FROM calls
    WHERE org_id = $1
      AND CASE cardinality($2::text[]) WHEN 0 THEN true WHEN 1 THEN status = ($2)[1]
          ELSE status = ANY ($2) END
      AND ($3::text IS NULL OR stage = $3)
      AND ($4::text IS NULL OR direction = $4)
      AND CASE cardinality($5::uuid[]) WHEN 0 THEN true WHEN 1 THEN agent_id = ($5)[1]
          ELSE agent_id = ANY ($5) END
      AND ($6::uuid IS NULL OR queue_id = $6)
      AND ($7::uuid IS NULL OR campaign_id = $7)
      AND ($8::uuid IS NULL OR contact_id = $8)
      AND ($9::uuid IS NULL OR subject_id = $9)
      AND ($10::text IS NULL OR disposition = $10)
      AND ($11::text IS NULL
           OR call_id = ANY (ARRAY(SELECT t.call_id FROM call_tags t
                                   WHERE t.org_id = $1 AND t.tag = $11)))
      AND ($12::timestamptz IS NULL OR created_at >= $12)
      AND ($13::timestamptz IS NULL OR created_at < $13)
      AND ($14::bigint IS NULL OR total_ms >= $14)
      AND ($15::text IS NULL
           OR EXISTS (SELECT FROM sentiment_points p
                      WHERE p.org_id = $1 AND p.call_id = calls.call_id AND p.label = $15
                        AND p.run_id = (SELECT r.run_id FROM sentiment_runs r
                                        WHERE r.org_id = $1 AND r.call_id = calls.call_id
                                        ORDER BY r.position DESC LIMIT 1)))
      AND live = $16::bool
    LIMIT $17
) counted
