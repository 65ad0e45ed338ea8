-- What of the log the tables of some read models rest on, and what time it is.
SELECT coalesce(min(coalesce(c.position, 0)), 0) AS "position!", clock_timestamp() AS "now!"
FROM unnest($1::text[]) AS m(name)
LEFT JOIN projection_checkpoints c ON c.name = m.name AND c.build = 0
