-- What has come of the money of an organization, bucket by bucket and currency by currency.
SELECT width_bucket(updated_at, $2::timestamptz[]) AS "bucket!", currency,
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0)::bigint AS "captured_minor!",
       count(*) FILTER (WHERE kind = 'capture') AS "captures!",
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0)::bigint AS "refunded_minor!",
       count(*) FILTER (WHERE kind = 'refund') AS "refunds!",
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'dispute'), 0)::bigint AS "lost_minor!",
       count(*) FILTER (WHERE kind = 'dispute') AS "disputes_lost!",
       count(*) FILTER (WHERE kind = 'authorization' AND status = 'succeeded') AS "authorized!",
       count(*) FILTER (WHERE kind = 'authorization' AND status = 'declined') AS "declined!"
FROM transactions
WHERE org_id = $1 AND status IN ('succeeded', 'declined', 'lost')
  AND updated_at >= ($2::timestamptz[])[1] AND updated_at < $3
  AND ($4::text IS NULL OR currency = $4)
  AND CASE cardinality($5::uuid[]) WHEN 0 THEN true WHEN 1 THEN created_by = ($5)[1]
      ELSE created_by = ANY ($5) END
GROUP BY 1, 2
ORDER BY 1, 2
