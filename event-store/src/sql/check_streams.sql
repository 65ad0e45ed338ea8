-- Events whose place in their stream does not fit the place of the one before, or that come
-- before it in the log. Of a part of the log the first event of each stream may be any.
SELECT s.position, s.sequence, s.before
FROM (SELECT e.position, e.sequence,
             lag(e.sequence) OVER stream AS before,
             lag(e.position) OVER stream AS earlier
      FROM events e
      WHERE e.position >= $1 AND e.position <= $2
      WINDOW stream AS (PARTITION BY e.org_id, e.aggregate_type, e.aggregate_id
                        ORDER BY e.sequence)) s
WHERE ((s.before IS NOT NULL OR $1 = 1) AND s.sequence <> coalesce(s.before, 0) + 1)
   OR s.earlier >= s.position
ORDER BY s.position
LIMIT $3
