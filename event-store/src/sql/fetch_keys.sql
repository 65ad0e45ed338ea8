-- The keys of subjects. Where there is none yet, the offered one is kept; of several offers
-- made at the same time one wins, and the losers see it when they ask again. `= ANY` and no
-- join with the array, which is taken for dearer and tips over into a scan of the table sooner.
WITH made AS (
    INSERT INTO subject_keys (org_id, subject_id, wrapped, kek)
    SELECT $1, o.subject_id, o.wrapped, $4
    FROM unnest($2::uuid[], $3::bytea[]) AS o(subject_id, wrapped)
    ORDER BY o.subject_id
    ON CONFLICT (org_id, subject_id) DO NOTHING
    RETURNING subject_id, wrapped, kek
)
SELECT m.subject_id, m.wrapped, m.kek FROM made m
UNION ALL
SELECT k.subject_id, k.wrapped, k.kek FROM subject_keys k
WHERE k.org_id = $1 AND k.subject_id = ANY($2::uuid[])
