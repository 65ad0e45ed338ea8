-- Counts an attempt for each subject as failed. The failure that locks ($2), and each one after it,
-- lock for 1, 2, 4, … 60 minutes. Whoever is locked since it was asked, is left as they are.
INSERT INTO sign_in_failures AS f (subject, failures, failed_at)
SELECT s.subject, 1, $3 FROM unnest($1::bytea[]) AS s(subject) ORDER BY s.subject
ON CONFLICT (subject) DO UPDATE SET (failures, failed_at, locked_until) = (
    SELECT n.failures, $3,
           CASE WHEN n.failures >= l.at
                THEN $3 + least(60, power(2, least(n.failures - l.at, 6))) * interval '1 minute' END
    FROM (SELECT CASE WHEN greatest(f.failed_at, f.locked_until) < $4 THEN 1
                      ELSE least(f.failures + 1, 1000000) END) AS n(failures),
         unnest($1::bytea[], $2::int[]) AS l(subject, at)
    WHERE l.subject = f.subject)
WHERE f.locked_until IS NULL OR f.locked_until <= $3
