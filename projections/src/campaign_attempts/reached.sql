-- Attempts by the instant that they began, per slot and campaign; the first row is the total.
SELECT grouping(slot) = 1 AS "total!", slot, campaign,
       count(*) AS "attempts!",
       count(answered_at) AS "answered!",
       count(live_at) AS "live!",
       count(*) FILTER (WHERE starts_with(answered_by, 'machine_')) AS "machines!",
       count(*) FILTER (WHERE human_contact) AS "contacts!",
       count(*) FILTER (WHERE right_party) AS "right_parties!",
       count(*) FILTER (WHERE conversion) AS "conversions!",
       count(*) FILTER (WHERE ended_at IS NULL) AS "open!"
FROM (
    SELECT ($3::int[])[width_bucket(initiated_at, $2::timestamptz[])] AS slot,
           CASE WHEN $6 THEN campaign_id::text END AS campaign,
           answered_at, live_at, answered_by, human_contact, right_party, conversion, ended_at
    FROM campaign_attempts
    WHERE org_id = $1 AND initiated_at >= ($2::timestamptz[])[1] AND initiated_at < $4
      AND (cardinality($5::uuid[]) = 0 OR campaign_id = ANY ($5))
      AND submitted
) attempts
GROUP BY GROUPING SETS ((slot, campaign), ())
ORDER BY 1 DESC
LIMIT $7
