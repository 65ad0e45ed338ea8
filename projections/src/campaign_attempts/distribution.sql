-- Which attempts of contacts reached somebody, by the instant that they began.
SELECT campaign_id, attempt_no AS "attempt_no!", count(*) AS "attempts!", count(live_at) AS "live!"
FROM campaign_attempts
WHERE org_id = $1 AND initiated_at >= $2 AND initiated_at < $3
  AND (cardinality($4::uuid[]) = 0 OR campaign_id = ANY ($4))
  AND submitted AND attempt_no IS NOT NULL
GROUP BY campaign_id, attempt_no
ORDER BY campaign_id, attempt_no
LIMIT $5
