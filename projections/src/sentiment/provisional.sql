-- The buckets of a trend that can still change: those that are not over, and those in which a call
-- was answered that is not.
SELECT n::int AS "slot!" FROM generate_subscripts($2::timestamptz[], 1) n
WHERE coalesce(($2::timestamptz[])[n + 1], $3) > clock_timestamp()
UNION
SELECT width_bucket(f.answered_at, $2::timestamptz[])
FROM calls c JOIN call_facts f ON f.org_id = c.org_id AND f.call_id = c.call_id
WHERE c.org_id = $1 AND c.live
  AND f.answered_at >= ($2::timestamptz[])[1] AND f.answered_at < $3
  AND ($4::text IS NULL OR f.direction = $4)
  AND (cardinality($5::uuid[]) = 0 OR f.queue_id = ANY ($5))
  AND (cardinality($6::uuid[]) = 0 OR f.campaign_id = ANY ($6))
  AND (cardinality($7::uuid[]) = 0 OR f.agent_id = ANY ($7))
  AND ($8 OR NOT f.test)
