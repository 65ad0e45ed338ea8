-- The subjects behind blind indexes, with their keys. Where there is none yet, the offered one is
-- kept; of several offers made at the same time one wins, and the losers see it when they ask again.
WITH made AS (
    INSERT INTO subject_keys (org_id, subject_id, wrapped, kek, blind)
    SELECT $1, o.subject_id, o.wrapped, $5, o.blind
    FROM unnest($2::uuid[], $3::uuid[], $4::bytea[]) AS o(blind, subject_id, wrapped)
    ORDER BY o.blind
    ON CONFLICT (org_id, blind) DO NOTHING
    RETURNING blind, subject_id, wrapped, kek
)
SELECT m.blind, m.subject_id, m.wrapped, m.kek FROM made m
UNION ALL
SELECT k.blind, k.subject_id, k.wrapped, k.kek FROM subject_keys k
WHERE k.org_id = $1 AND k.blind = ANY($2::uuid[])
