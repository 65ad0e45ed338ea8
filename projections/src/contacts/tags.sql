-- The tags that most contacts of a campaign bear: how many they are, how often they were called, and
-- what has come of it.
WITH borne AS (
    SELECT t.tag, c.outcome, c.conversion, c.started
    FROM contacts c, unnest(c.tags) AS t(tag)
    WHERE c.org_id = $1 AND c.campaign_id = $2 AND c.status <> 'removed'
), most AS (
    SELECT tag FROM borne GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $3
)
SELECT b.tag AS "tag!", b.outcome, b.conversion, count(*) AS "count!",
       sum(b.started)::bigint AS "attempts!"
FROM borne b JOIN most USING (tag)
GROUP BY b.tag, b.outcome, b.conversion
