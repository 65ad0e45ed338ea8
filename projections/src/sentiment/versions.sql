-- Of how many calls that were answered in a period which versions of engines have found something.
SELECT p.engine, p.engine_version, count(*) AS "calls!"
FROM call_facts f
JOIN sentiment_points p ON p.org_id = f.org_id AND p.call_id = f.call_id
WHERE f.org_id = $1 AND f.answered_at >= $2 AND f.answered_at < $3
GROUP BY p.engine, p.engine_version
ORDER BY count(*) DESC, p.engine, p.engine_version DESC
